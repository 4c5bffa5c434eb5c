// One pion peer connection for each listener and one track for all, with pion's default interceptors for NACK
// and RTCP reports; for offers with a video section also one track of pictures. Reads offers and writes
// answers as lines of JSON. Takes the song and pictures as bare RTP, told apart by the payload type.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v3"
)

// Payload type of pictures.
const pictureType = 96

type message struct {
	ID  int    `json:"id"`
	SDP string `json:"sdp"`
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "pion:", err)
		os.Exit(1)
	}
}

func newAPI() *webrtc.API {
	media := &webrtc.MediaEngine{}
	must(media.RegisterCodec(webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2,
			SDPFmtpLine:  "minptime=10;useinbandfec=1",
			RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}},
		},
		PayloadType: 111,
	}, webrtc.RTPCodecTypeAudio))
	must(media.RegisterCodec(webrtc.RTPCodecParameters{
		RTPCodecCapability: webrtc.RTPCodecCapability{
			MimeType: webrtc.MimeTypeVP8, ClockRate: 90000,
			RTCPFeedback: []webrtc.RTCPFeedback{{Type: "nack"}, {Type: "nack", Parameter: "pli"}},
		},
		PayloadType: pictureType,
	}, webrtc.RTPCodecTypeVideo))
	registry := &interceptor.Registry{}
	must(webrtc.ConfigureNack(media, registry))
	must(webrtc.ConfigureRTCPReports(registry))
	settings := webrtc.SettingEngine{}
	settings.SetLite(true)
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithInterceptorRegistry(registry),
		webrtc.WithSettingEngine(settings))
}

// Interceptors see a listener's RTCP only while it is read.
func send(connection *webrtc.PeerConnection, track webrtc.TrackLocal) {
	sender, err := connection.AddTrack(track)
	must(err)
	go func() {
		buffer := make([]byte, 1500)
		for {
			if _, _, err := sender.Read(buffer); err != nil {
				return
			}
		}
	}()
}

func answer(api *webrtc.API, track, pictures webrtc.TrackLocal, offer string) string {
	connection, err := api.NewPeerConnection(webrtc.Configuration{})
	must(err)
	send(connection, track)
	if strings.Contains(offer, "m=video") {
		send(connection, pictures)
	}
	must(connection.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer}))
	gathered := webrtc.GatheringCompletePromise(connection)
	description, err := connection.CreateAnswer(nil)
	must(err)
	must(connection.SetLocalDescription(description))
	<-gathered
	return connection.LocalDescription().SDP
}

func main() {
	api := newAPI()
	codec := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}
	track, err := webrtc.NewTrackLocalStaticRTP(codec, "song", "bench")
	must(err)
	vp8 := webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}
	pictures, err := webrtc.NewTrackLocalStaticRTP(vp8, "pictures", "bench")
	must(err)
	song, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(err)
	go func() {
		buffer := make([]byte, 1500)
		for {
			length, _, err := song.ReadFrom(buffer)
			must(err)
			// A listener that is not connected yet is no error of the song.
			if buffer[1]&0x7f == pictureType {
				_, _ = pictures.Write(buffer[:length])
			} else {
				_, _ = track.Write(buffer[:length])
			}
		}
	}()
	fmt.Printf("{\"ready\":true,\"rtpPort\":%d}\n", song.LocalAddr().(*net.UDPAddr).Port)

	output := json.NewEncoder(os.Stdout)
	offers := bufio.NewScanner(os.Stdin)
	for offers.Scan() {
		var offer message
		must(json.Unmarshal(offers.Bytes(), &offer))
		must(output.Encode(message{offer.ID, answer(api, track, pictures, offer.SDP)}))
	}
}

import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { axios, Client } from "acme-client";
import type { Logger } from "pino";
import { warnOfPermissions, writeFileAtomicSync } from "../../data/files.ts";
import type { AcmeChallenges } from "./acme-challenges.ts";
import { type CertificateSource, type HttpsCertificate, requirePair } from "./certificate.ts";
import type { OwnCertificates } from "./own-certificates.ts";
import { readSavedFile } from "./saved-file.ts";

/** Time until the first further try, ms. Let's Encrypt allows five failures an hour for each name. */
const RETRY_MS = 15 * 60_000;
/** Longest time between two tries, ms. */
const RETRY_MAX_MS = 12 * 3_600_000;
/** By how much a time is moved at random, so that many servers do not ask at once, as a part of it. */
const JITTER = 0.2;
/** How long a try may take, ms. */
const TRY_MAX_MS = 5 * 60_000;
/** How long the authority may take to answer one request, ms. */
const ANSWER_MAX_MS = 20_000;

/** What the server has of its ACME account: its key, and the last certificate. */
interface Saved {
  /** The directory of the authority that both belong to. */
  readonly directory: string;
  readonly accountKey: string;
  readonly certificate?: HttpsCertificate;
}

/** What is known of a request without an answer. */
interface Failure {
  readonly config?: { readonly url: string };
  readonly message: string;
  readonly code?: string;
}

export interface AcmeOptions {
  /** The data directory. */
  readonly dataDir: string;
  readonly domains: readonly string[];
  /** "" for none. */
  readonly email: string;
  /** The address of the authority's directory (RFC 8555 §7.1.1). */
  readonly directory: string;
  readonly challenges: AcmeChallenges;
  /** The certificate until the authority's is there. */
  readonly fallback: OwnCertificates;
  /** The time of day, ms since 1970. */
  readonly time: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Pick<Logger, "info" | "warn">;
}

/** Certificates of an authority that speaks ACME (RFC 8555), such as Let's Encrypt, for some domains. */
export class AcmeCertificates implements CertificateSource {
  readonly #options: AcmeOptions;
  readonly #path: string;
  #saved: Saved | undefined;
  #isTrying = false;
  #failures = 0;
  /** When the next try is due, ms since 1970. */
  #dueAt: number;
  /** The certificate that the last check has reported. */
  #reported: HttpsCertificate;

  /** @throws Error with one line if the saved certificate cannot be read */
  constructor(options: AcmeOptions) {
    this.#options = options;
    this.#path = join(options.dataDir, "acme.json");
    this.#saved = this.#read();
    this.#dueAt = this.#renewalTime();
    this.#reported = this.current;
  }

  get current(): HttpsCertificate {
    return this.#valid() ?? this.#options.fallback.current;
  }

  /** The certificate of the server's own authority while its certificate is in use. */
  get authority(): string | undefined {
    return this.#valid() ? undefined : this.#options.fallback.authority;
  }

  /** Asks for a certificate when that is due, and goes on meanwhile. */
  async check(): Promise<boolean> {
    await this.#options.fallback.check();
    if (!this.#isTrying && this.#options.time() >= this.#dueAt) void this.#try();
    const { current } = this;
    const isOther = current.cert !== this.#reported.cert;
    this.#reported = current;
    return isOther;
  }

  close(): void {
    this.#options.challenges.close();
  }

  async #try(): Promise<void> {
    const { log, time, random, domains } = this.#options;
    this.#isTrying = true;
    try {
      await this.#obtain();
      this.#failures = 0;
      this.#dueAt = this.#renewalTime();
    } catch (error) {
      const wait = retryMs(this.#failures++, random());
      this.#dueAt = time() + wait;
      const minutes = Math.ceil(wait / 60_000);
      const reason = (error as Error).message;
      log.warn({ domains, reason }, `the authority has given no certificate; next try in ${minutes} minutes`);
    }
    this.#isTrying = false;
  }

  async #obtain(): Promise<void> {
    const { domains, email, directory, challenges } = this.#options;
    await challenges.open();
    // Loaded where it is needed: servers without a domain start without it.
    const { default: acme } = await import("acme-client");
    reportUnanswered(acme.axios);
    const accountKey = this.#saved?.accountKey ?? String(await acme.crypto.createPrivateEcdsaKey());
    this.#save({ ...this.#saved, directory, accountKey });
    const client = new acme.Client({ directoryUrl: directory, accountKey });
    const newKey = await acme.crypto.createPrivateEcdsaKey();
    const [key, csr] = await acme.crypto.createCsr({ altNames: [...domains] }, newKey);
    const order = async () => {
      await openAccount(client, email);
      return client.auto({
        csr,
        challengePriority: ["http-01"],
        // The authority checks itself, and this server may not reach its own public address.
        skipChallengeVerification: true,
        challengeCreateFn: async (_, { token }, proof) => challenges.show(token, proof),
        challengeRemoveFn: async (_, { token }) => challenges.forget(token),
      });
    };
    const cert = await within(TRY_MAX_MS, order());
    const certificate = { cert, key: String(key) };
    requirePair(certificate);
    this.#save({ directory, accountKey, certificate });
  }

  /** The authority's certificate, if it is there, not expired, and for all domains. */
  #valid(): HttpsCertificate | undefined {
    const { time, domains } = this.#options;
    const certificate = this.#saved?.certificate;
    if (!certificate) return undefined;
    const parsed = new X509Certificate(certificate.cert);
    const isValid = parsed.validToDate.getTime() > time() && domains.every((name) => parsed.checkHost(name));
    return isValid ? certificate : undefined;
  }

  /** When to ask for the next certificate, ms since 1970; now if there is none. */
  #renewalTime(): number {
    const certificate = this.#valid();
    if (!certificate) return 0;
    const { validFromDate, validToDate } = new X509Certificate(certificate.cert);
    return renewalTime(validFromDate.getTime(), validToDate.getTime(), this.#options.random());
  }

  /** What is saved for this authority. */
  #read(): Saved | undefined {
    const { directory, log } = this.#options;
    const saved = readSavedFile(this.#path, {
      parse: readSaved,
      consequence: "another one is asked for",
      log,
    });
    warnOfPermissions([this.#path], log);
    return saved?.directory === directory ? saved : undefined;
  }

  #save(saved: Saved): void {
    this.#saved = saved;
    try {
      writeFileAtomicSync(this.#path, JSON.stringify(saved));
    } catch (err) {
      const { log } = this.#options;
      log.warn({ err, path: this.#path }, "the certificate cannot be saved; another one is asked for later");
    }
  }
}

/**
 * Makes the account of the client's key, or finds it.
 * @param email "" for none
 * @throws what the authority says, if there is no account then
 */
async function openAccount(client: Client, email: string): Promise<void> {
  try {
    const contact = email === "" ? {} : { contact: [`mailto:${email}`] };
    await client.createAccount({ termsOfServiceAgreed: true, ...contact });
  } catch (error) {
    // For an account that is there already, acme-client then asks for a change of it, without an email for an
    // empty one, which authorities may refuse.
    if (!hasAccount(client)) throw error;
  }
}

function hasAccount(client: Client): boolean {
  try {
    return client.getAccountUrl() !== "";
  } catch {
    return false;
  }
}

/** @throws an Error if it is not what was saved */
function readSaved(value: unknown): Saved {
  const saved = value as Saved;
  if (typeof saved.accountKey !== "string") throw new Error("the key of the account is missing");
  if (saved.certificate) requirePair(saved.certificate);
  return saved;
}

/**
 * When to replace a certificate: at a third of its validity, or somewhat earlier.
 * @param from when it becomes valid, ms since 1970
 * @param until when it expires
 * @param random from 0 to 1
 */
export function renewalTime(from: number, until: number, random: number): number {
  const third = (until - from) / 3;
  return until - third * (1 + JITTER * random);
}

/** How long to wait after a number of failures before this one, ms: twice as long each time. */
export function retryMs(failures: number, random: number): number {
  const wait = Math.min(RETRY_MAX_MS, RETRY_MS * 2 ** Math.min(failures, 16));
  return wait * (1 - JITTER * random);
}

/**
 * Makes requests that get no answer fail at once and with the reason. acme-client's own handlers repeat them
 * for more than a minute, and then fail on the missing answer instead of reporting it.
 */
function reportUnanswered({ defaults, interceptors }: typeof axios): void {
  interceptors.request.clear();
  interceptors.response.clear();
  defaults.timeout = ANSWER_MAX_MS;
  interceptors.response.use(null, ({ config, message, code }: Failure) => {
    const where = config ? ` at ${new URL(config.url).origin}` : "";
    throw new Error(`the authority${where} does not answer: ${message || code}`);
  });
}

/** @throws Error if a promise is not settled in time */
async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("the authority does not answer in time")), ms);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

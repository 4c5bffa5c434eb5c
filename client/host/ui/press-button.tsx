import type { ComponentProps } from "preact";

interface PressButtonProps extends Omit<ComponentProps<"button">, "disabled" | "onClick"> {
  /** A press would do nothing now. */
  isIdle: boolean;
  /** Without it a press submits the form. */
  onPress?: () => void;
}

/**
 * A button that its own press may make useless, such as the last *Undo*. It keeps the focus then, which the
 * attribute `disabled` would take away from a person at the keyboard.
 */
export function PressButton({ isIdle, onPress, children, ...others }: PressButtonProps) {
  return (
    <button
      {...others}
      type={onPress ? "button" : "submit"}
      aria-disabled={isIdle}
      onClick={(event) => {
        if (isIdle) event.preventDefault();
        else onPress?.();
      }}
    >
      {children}
    </button>
  );
}

import type { ButtonHTMLAttributes, Ref } from 'react';
import styles from './Button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary`: the one thing to do next; `plain`: no border; `icon`: square, needs a label. */
  readonly look?: 'normal' | 'primary' | 'plain' | 'icon';
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button({ look = 'normal', className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={[styles.button, styles[look], className].filter(Boolean).join(' ')} {...rest} />;
}

// Short messages that come and go (toasts), in the words of whoever raises them.
import { create } from 'zustand';

export interface Message {
  readonly id: number;
  readonly text: string;
  readonly tone: 'plain' | 'good' | 'bad';
  /** Stays until closed; others go by themselves. */
  readonly lasting: boolean;
}

export interface MessagesState {
  readonly messages: readonly Message[];
  say(text: string, options?: { readonly tone?: Message['tone']; readonly lasting?: boolean }): void;
  close(id: number): void;
}

let nextId = 1;

export const useMessages = create<MessagesState>()((set) => ({
  messages: [],
  say: (text, options) =>
    set((s) => ({
      messages: [...s.messages.slice(-4), { id: nextId++, text, tone: options?.tone ?? 'plain', lasting: options?.lasting ?? false }],
    })),
  close: (id) => set((s) => ({ messages: s.messages.filter((m) => m.id !== id) })),
}));

// A note's text as elements. Everything it says ends up in text nodes; the only attribute that comes from it is a checked http(s) address.
import type { ReactNode } from 'react';
import { type Block, type Inline, parseMarkdown } from '../../document/markdown.ts';
import { useSelection } from '../../store/selection.ts';
import { useSession } from '../../store/session.ts';
import { useEngine } from './engine.ts';
import styles from './Markdown.module.css';

export function Markdown({ text }: { readonly text: string }) {
  return <div className={styles.markdown}>{parseMarkdown(text).map(blockNode)}</div>;
}

function blockNode(block: Block, key: number): ReactNode {
  switch (block.kind) {
    case 'paragraph':
      return <p key={key}>{inlineNodes(block.children)}</p>;
    case 'quote':
      return <blockquote key={key}>{inlineNodes(block.children)}</blockquote>;
    case 'heading':
      return (
        <p key={key} className={styles.heading}>
          {inlineNodes(block.children)}
        </p>
      );
    case 'fence':
      return <pre key={key}>{block.text}</pre>;
    default: {
      const items = block.items.map((item, i) => <li key={String(i)}>{inlineNodes(item)}</li>);
      return block.ordered ? <ol key={key}>{items}</ol> : <ul key={key}>{items}</ul>;
    }
  }
}

const inlineNodes = (inlines: readonly Inline[]): ReactNode[] => inlines.map(inlineNode);

function inlineNode(inline: Inline, key: number): ReactNode {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'strong':
      return <strong key={key}>{inlineNodes(inline.children)}</strong>;
    case 'emphasis':
      return <em key={key}>{inlineNodes(inline.children)}</em>;
    case 'code':
      return <code key={key}>{inline.text}</code>;
    case 'link':
      return (
        <a key={key} href={inline.href} target="_blank" rel="noopener noreferrer">
          {inline.href}
        </a>
      );
    default:
      return <PacketJump key={key} tap={inline.tap} frame={inline.frame} />;
  }
}

/** `envoy #1991` in a text: a jump where a capture point of that name has the frame, else plain text. */
function PacketJump({ tap, frame }: { readonly tap: string; readonly frame: number }) {
  const engine = useEngine();
  const key = useSession((s) => s.taps.find((t) => t.name.toLowerCase() === tap.toLowerCase())?.key);
  const label = `${tap} #${frame}`;
  if (!key) return label;
  const jump = async (): Promise<void> => {
    const [packet] = await engine.query('packetsAt', [{ key, file: 0, frame }]);
    if (packet) useSelection.getState().selectPacket(packet);
  };
  return (
    <button type="button" className={styles.jump} onClick={() => void jump()}>
      {label}
    </button>
  );
}

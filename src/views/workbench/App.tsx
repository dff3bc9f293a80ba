// The page: start page, or the incident. Applies theme and language to the document.
import { Suspense, useEffect, useState } from 'react';
import { isOpen, useSession } from '../../store/session.ts';
import { useSettings } from '../../store/settings.ts';
import { DropOverlay } from '../drop/DropOverlay.tsx';
import { StartPage } from '../drop/StartPage.tsx';
import { useSampleLink } from '../drop/useSampleLink.ts';
import { UnlockDialog } from '../share/UnlockDialog.tsx';
import { useIncidentTrouble } from '../share/useIncidentTrouble.ts';
import { useSharedIncident } from '../share/useSharedIncident.ts';
import { Messages } from '../shared/Messages.tsx';
import { TipProvider } from '../shared/Tip.tsx';
import { Gallery } from './slots.ts';
import { Workbench } from './Workbench.tsx';

export function App() {
  const open = useOpened();
  useDocumentSettings();
  useSampleLink();
  useSharedIncident();
  useIncidentTrouble();
  if (useGalleryLink()) {
    return (
      <Suspense fallback={null}>
        <Gallery />
      </Suspense>
    );
  }
  return (
    <TipProvider>
      {open ? <Workbench /> : <StartPage />}
      <DropOverlay />
      <UnlockDialog />
      <Messages />
    </TipProvider>
  );
}

/** A task after the session: when files have been sorted, asking for them to be read goes before drawing the workbench. */
function useOpened(): boolean {
  const open = useSession(isOpen);
  const [opened, setOpened] = useState(open);
  useEffect(() => {
    const timer = setTimeout(() => setOpened(open));
    return () => clearTimeout(timer);
  }, [open]);
  return opened;
}

/** `#gallery` in the address shows the drawing's test card instead of the page. */
function useGalleryLink(): boolean {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return hash.startsWith('#gallery');
}

function useDocumentSettings(): void {
  const theme = useSettings((s) => s.theme);
  const language = useSettings((s) => s.language);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      document.documentElement.dataset.theme = theme === 'auto' ? (dark.matches ? 'dark' : 'light') : theme;
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme]);
}

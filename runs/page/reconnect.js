// A tab outlives its server: once one answers again, the page is loaded anew. Its address brings the race back, and a race
// that was playing plays on. A connection that comes back to the same server by itself is left alone.
(() => {
  const EVERY = 1000, PATIENCE = 3, KEY = 'computerace plays on';
  let missed = 0, tries = window.sessionStorage.getItem(KEY) ? 60 : 0;
  window.sessionStorage.removeItem(KEY);
  const cut = () => {
    const one = window.app && window.app.$data;
    return Boolean(one && one.wasConnected && (one.needsRefresh || one.connectionStatus !== 'connected'));
  };
  const again = async () => {
    missed = cut() ? missed + 1 : 0;
    if (missed < PATIENCE) return;
    try {
      const answer = await fetch('readyz', { cache: 'no-store', signal: AbortSignal.timeout(5000) });
      if (answer.ok && cut()) window.location.reload();
    } catch (silent) { /* nobody answers yet */ }
  };
  // While the page is left the new server may have taken the connection up already: what was missed before counts too.
  window.addEventListener('pagehide', () => {
    const left = missed > 0 || cut();
    if (left && document.querySelector('[data-playing=yes]')) window.sessionStorage.setItem(KEY, 'yes');
  });
  // Play is pressed until the race is seen to play: a press on a page that is not yet listening is lost.
  const goOn = () => {
    const play = document.querySelector('[data-playing=no] [data-do=play]:not(:disabled)');
    tries = document.querySelector('[data-playing=yes]') ? 0 : tries - 1;
    if (play && tries % 3 === 0) play.click();
  };
  setInterval(() => {
    again();
    if (tries) goOn();
  }, EVERY);
})();

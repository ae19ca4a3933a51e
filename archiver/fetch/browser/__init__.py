"""The browser tier: what only a browser sees, recorded as the browser got it. Optional: without Chromium the rest works as before."""

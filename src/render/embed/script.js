{
  const secret = /[#&?]secret=([A-Za-z0-9]+)/.exec(location.hash)?.[1];
  const tell = (message, value, more) => parent.postMessage({ message, value, secret, ...more }, "*");
  const measure = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    tell("height", height, { bantin: { height } });
  };
  new ResizeObserver(measure).observe(document.body);
  // WordPress hides a frame until it has said how tall it is, and browsers tell a hidden one of no size.
  measure();
  if (secret) addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    tell("link", link.href);
  });
}

// <bantin-feed src="https://tin.example.vn/feeds/NAME" count="5" excerpt images theme="auto" lang="vi" heading="2">
//
// Shows the newest articles of a feed of bantin, or of any JSON Feed, and keeps them fresh: docs/EMBEDS.md.
// What comes from outside becomes text, or an address that is http or https. Nothing is loaded but the feed, word of its
// changes, and pictures from its origin; nothing is kept in the browser.
if (!customElements.get("bantin-feed")) {
  const SECOND = 1000;
  const MINUTE = 60000;

  const PHRASES = {
    vi: { one: "Có bài mới: ", many: " bài mới", none: "Chưa có bài nào." },
    en: { one: "New article: ", many: " new articles", none: "No articles yet." },
  };

  const DARK = "{color-scheme:dark;--c:#e6ebe8;--b:#151917;--l:#7fd3a6;--m:#a3aea8;--r:#39413d}";
  const STYLE = `
:host{display:block;overflow-wrap:anywhere;color:var(--bantin-color,var(--c,inherit));font:var(--bantin-font,inherit);
  background:var(--bantin-background,var(--b,none));padding:var(--bantin-padding,var(--p,0))}
:host([hidden]),[hidden]{display:none!important}
:host([theme]){color-scheme:light;--c:#1b1f1d;--b:#fff;--l:#0f5f38;--m:#56605b;--r:#d5dbd8;--p:1em}
:host([theme=dark])${DARK}
@media(prefers-color-scheme:dark){:host([theme=auto])${DARK}}
h1,h2,h3,h4,h5,h6,p,ul{margin:0;padding:0;font:inherit;list-style:none}
a{color:var(--bantin-link,var(--l,inherit))}
li{display:flow-root;padding:var(--bantin-gap,.75em) 0}
li+li{border-top:1px solid var(--bantin-rule,var(--r,#8886))}
[part=heading]{font-size:1.25em;font-weight:700}
[part=title]{font-weight:600}
[part=date],[part=excerpt]{display:block;font-size:.875em;color:var(--bantin-muted,var(--m,inherit))}
[part=image]{float:inline-end;width:var(--bantin-image-width,6em);aspect-ratio:3/2;object-fit:cover;
  margin-inline-start:1em;border-radius:var(--bantin-radius,4px)}
[part=status]{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(prefers-reduced-motion:no-preference){.fresh{animation:come .6s}}
@keyframes come{from{opacity:0}}`;

  const bounded = (least, value, most) => Math.min(Math.max(value, least), most);
  const textOf = (value) => (typeof value === "string" ? value.trim() : "");
  const shortened = (text) => (text.length > 300 ? text.slice(0, 300).replace(/\s+\S{0,30}$/, "") + "…" : text);

  const webAddress = (text, base) => {
    try {
      const address = new URL(textOf(text) || "none:", base);
      return /^https?:$/.test(address.protocol) ? address : null;
    } catch {
      return null;
    }
  };

  // Where the articles of a feed stand as data: beside /feeds/NAME or /p/TOKEN/NAME.
  const dataAddress = (src, options) => {
    const address = webAddress(src, document.baseURI);
    if (!address || address.pathname.endsWith(".json")) return address;
    const named = /^(.*\/)(?:feeds\/|embed\/|(p\/[^/]+\/)(?:embed\/)?)(.+?)(?:\.\w+)?\/?$/.exec(address.pathname);
    if (!named) return null;
    address.pathname = `${named[1]}${named[2] || ""}embed/${named[3]}.json`;
    address.search = new URLSearchParams(Object.entries(options).filter(([, value]) => value));
    return address;
  };

  const ask = (address, cache, signal) =>
    fetch(address, { cache, credentials: "omit", referrerPolicy: "no-referrer", signal });

  const sources = new Map();
  const streams = new Map();

  // One address, looked at now and then for all elements that show it.
  class Source {
    constructor(address) {
      this.address = address;
      this.elements = new Set();
      this.failures = this.due = this.wait = this.barred = this.looked = 0;
    }

    // What was fetched last is of the version that the stream named last.
    get isInStep() {
      const told = this.stream?.told;
      return told && this.tag?.includes(told) && !this.failures;
    }

    join(element) {
      this.elements.add(element);
      if (this.isOver) element.show();
      this.plan();
    }

    leave(element) {
      this.elements.delete(element);
      if (!this.elements.size) sources.delete(this.address);
      this.plan();
    }

    plan() {
      arrange();
      clearTimeout(this.timer);
      if (document.hidden || !navigator.onLine || this.isOver || this.isLooking || !this.elements.size) return;
      // Less often in step with a stream; but that can be dead and not know.
      const rest = this.isInStep ? 4 * MINUTE : 0;
      this.timer = setTimeout(() => this.look(), bounded(0, this.due + rest - Date.now(), this.wait + rest));
    }

    // The stream names a version. Not all who hear of it ask in the same moment.
    hear() {
      this.isNews = !this.isInStep;
      if (this.isNews) this.due = Math.max(Date.now() + Math.random() * SECOND, this.looked + 5 * SECOND, this.barred);
      this.plan();
    }

    // The page is seen again: what failed is tried at once, unless the server said when.
    wake() {
      if (this.failures) this.due = this.barred;
      this.plan();
    }

    async look() {
      this.isLooking = true;
      this.isNews = this.barred = 0;
      this.busy(!this.feed);
      try {
        // The browser's own cache asks with the validators it has; what is unchanged costs a 304.
        const answer = await ask(this.address, "no-cache", AbortSignal.timeout?.(MINUTE / 3));
        this.isOver = answer.status === 404 || answer.status === 410;
        if (this.isOver) this.tell();
        else if (answer.ok) this.take(await answer.text(), answer.headers.get("etag"));
        else {
          const after = answer.headers.get("retry-after");
          this.barred = Date.now() + bounded(0, after * 1000 || Date.parse(after) - Date.now() || 0, 1440 * MINUTE);
          throw answer;
        }
        this.failures = 0;
      } catch {
        this.failures++;
      }
      this.busy(false);
      this.isLooking = false;
      const interval = Math.min(...[...this.elements].map((element) => element.interval));
      const wait = Math.min(interval * 2 ** this.failures, 15 * MINUTE) * (0.9 + Math.random() / 5);
      this.looked = Date.now();
      this.wait = Math.max(wait, this.barred - this.looked);
      this.due = this.looked + this.wait;
      if (this.isNews) this.hear();
      else this.plan();
    }

    take(text, tag) {
      this.tag = tag;
      if (text === this.text) return;
      const feed = JSON.parse(text);
      if (!Array.isArray(feed.items)) throw feed;
      this.text = text;
      // A feed of bantin has a stream beside its documents.
      const named = webAddress(feed._bantin && feed.feed_url);
      const stream = named?.href.replace(/json$/, "events");
      if (this.address.startsWith(named?.origin + "/") && !streams.has(stream)) streams.set(stream, new Stream(stream));
      this.stream = streams.get(stream);
      this.tell(feed);
    }

    tell(feed) {
      this.feed = feed;
      this.elements.forEach((element) => element.show(feed, true));
    }

    busy(isBusy) {
      this.elements.forEach((element) => put(element.box, "aria-busy", String(isBusy)));
    }
  }

  // What a server says as a feed changes. Only the name of the version is heeded: that there is something to look for.
  class Stream {
    constructor(address) {
      this.address = address;
      this.failures = this.due = 0;
    }

    get sources() {
      return [...sources.values()].filter((source) => source.stream === this && !source.isOver);
    }

    get isWanted() {
      const isWatched = ({ elements }) => [...elements].some((element) => element.isSeen && element.isLive);
      return this.due <= Date.now() && this.sources.some(isWatched);
    }

    close() {
      this.line?.abort();
      this.line = this.told = null;
    }

    async open() {
      const line = (this.line = new AbortController());
      const since = Date.now();
      try {
        const answer = await ask(this.address, "no-store", line.signal);
        const isStream = answer.status === 200 && /^text\/event-stream/.test(answer.headers.get("content-type"));
        // What is no stream at first will not become one. What is said to be one no longer (false) is news.
        this.isThere = isStream || (this.isThere && answer.status >= 500);
        const reader = isStream && answer.body.getReader();
        for (let text = ""; isStream; ) {
          const { value } = await reader.read();
          if (!value) break;
          const lines = (text + new TextDecoder().decode(value)).split(/[\r\n]/);
          text = lines.pop().slice(0, 99);
          lines.forEach((said) => this.hear(/^id: ?(\S+)/.exec(said)?.[1]));
        }
      } catch {}
      if (this.line !== line) return;
      this.close();
      this.failures = Date.now() - since > MINUTE ? 0 : this.failures + 1;
      const wait = Math.min(SECOND * 4 ** this.failures, 15 * MINUTE) * (0.5 + Math.random());
      this.due = this.isThere ? Date.now() + wait : Infinity;
      if (this.isThere === false) this.sources.forEach((source) => source.hear());
      // If the server was only away for a moment, the next stream says whether something has changed.
      setTimeout(() => (this.failures ? this.sources.forEach((source) => source.plan()) : arrange()), wait);
    }

    hear(version) {
      if (!version || version === this.told) return;
      this.told = version;
      this.sources.forEach((source) => source.hear());
    }
  }

  let isLeft, timer;

  const arrange = () => {
    const isAway = isLeft || document.hidden || !navigator.onLine || navigator.connection?.saveData;
    const settle = () => {
      // A browser has six connections to a server for all its pages, so one page takes two.
      const wanted = [...streams.values()].filter((stream) => !isAway && stream.isWanted).slice(0, 2);
      streams.forEach((stream) => wanted.includes(stream) || stream.close());
      wanted.forEach((stream) => stream.line || stream.open());
    };
    clearTimeout(timer);
    // Nothing is opened for who passes by. But a page that is left with a connection is not kept to go back to.
    if (isAway) settle();
    else timer = setTimeout(settle, 2 * SECOND);
  };

  for (const event of ["visibilitychange", "online", "offline", "pagehide", "pageshow"])
    addEventListener(event, () => {
      isLeft = event === "pagehide";
      sources.forEach((source) => source.wake());
    });

  const sight = new IntersectionObserver((changes) => {
    changes.forEach(({ target, isIntersecting }) => (target.isSeen = isIntersecting));
    arrange();
  });

  class BantinFeed extends HTMLElement {
    static observedAttributes = ["src", "count", "excerpt", "images", "lang", "heading", "interval", "live"];

    #rows = new Map();
    #source;
    #feed;

    constructor() {
      super();
      const root = this.attachShadow({ mode: "open" });
      this.box = make("div", root);
      this.fallback = make("slot", this.box);
      this.list = make("ul", null, "list");
      put(this.list, "role", "list"); // Safari forgets what it is without bullets.
      this.empty = make("p", null, "empty");
      this.status = make("p", root, "status");
      put(this.status, "role", "status");
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(STYLE);
        root.adoptedStyleSheets = [sheet];
      } catch {
        make("style", root).textContent = STYLE;
      }
    }

    connectedCallback() {
      sight.observe(this);
      this.attributeChangedCallback();
    }

    disconnectedCallback() {
      sight.unobserve(this);
      this.#follow();
    }

    attributeChangedCallback(name) {
      if (!this.isConnected) return;
      if (name === "src") this.show();
      // What is usual is not said, so that most ask for the same.
      this.address = dataAddress(this.getAttribute("src"), {
        count: this.count !== 5 && this.count, excerpt: +this.has("excerpt"), images: +this.has("images"), lang: this.lang,
      });
      this.#follow(this.address?.href);
      const feed = this.#source?.feed || this.#feed;
      if (feed) this.show(feed);
    }

    get count() {
      return this.number("count", 1, 5, 20);
    }

    get interval() {
      return this.number("interval", 15, 60, 900) * 1000;
    }

    get isLive() {
      return this.getAttribute("live") === null || this.has("live");
    }

    number(name, least, usual, most) {
      return bounded(least, parseInt(this.getAttribute(name)) || usual, most);
    }

    has(name) {
      return ![null, "0", "false"].includes(this.getAttribute(name));
    }

    #follow(address) {
      const before = this.#source;
      if (address && !sources.has(address)) sources.set(address, new Source(address));
      this.#source = sources.get(address);
      this.#source?.join(this);
      if (this.#source !== before) before?.leave(this);
    }

    // Shows a feed, or without one what stands between the tags. `isNews` when it was just looked up.
    show(feed, isNews) {
      const before = this.#feed;
      this.#feed = feed;
      if (feed) this.#update(feed, isNews && before);
      else this.#lay(this.fallback);
    }

    #update(feed, isNews) {
      const language = /^vi/i.test(this.lang || textOf(feed.language) || "vi") ? "vi" : "en";
      const say = PHRASES[language];
      const level = this.getAttribute("heading") === "none" ? 0 : this.number("heading", 1, 2, 6);
      const before = this.#rows;
      const kept = level === this.level ? before : new Map();
      this.level = level;

      const articles = this.#articles(feed);
      // What stands below all that was there is older, and only moved up.
      const last = articles.map(({ id }) => before.has(id)).lastIndexOf(true);
      const fresh = articles.filter(({ id }, at) => isNews && !before.has(id) && (at < last || last < 0));
      const focused = this.shadowRoot.activeElement?.closest("li");
      const place = [...this.list.children].indexOf(focused);

      this.#rows = new Map(articles.map((article) => [article.id, kept.get(article.id) || this.#row(level)]));
      const rows = [...this.#rows.values()];
      for (const row of [...this.list.children]) if (!rows.includes(row)) row.remove();
      rows.forEach((row, at) => {
        if (this.list.children[at] !== row) this.list.insertBefore(row, this.list.children[at] || null);
        this.#fill(row, articles[at], language);
        row.className = fresh.includes(articles[at]) ? "fresh" : "";
      });

      const title = shortened(textOf(feed.title));
      const name = level ? `h${level}` : "p";
      if (this.head?.localName !== name) this.head = this.#titled(name, null, "heading");
      this.head.hidden = !(level && title);
      put(this.head, "lang", textOf(feed.language));
      put(this.head.link, "href", webAddress(feed.home_page_url, this.address)?.href);
      write(this.head.link, title);
      put(this.list, "aria-label", title);
      put(this.empty, "lang", language);
      write(this.empty, rows.length ? "" : say.none);
      this.#lay(this.head, this.list, this.empty);

      // A row that went away or moved has lost the focus: whoever reads there goes on at the same place.
      if (focused && !this.shadowRoot.activeElement) {
        const row = focused.isConnected ? focused : rows[Math.min(place, rows.length - 1)];
        row?.link.focus({ preventScroll: true });
      }
      if (fresh.length) {
        put(this.status, "lang", language);
        write(this.status, fresh.length > 1 ? fresh.length + say.many : say.one + fresh[0].title);
      }
    }

    // The first articles that have an id and something to say.
    #articles(feed) {
      const articles = new Map();
      for (const item of feed.items) {
        if (articles.size === this.count) break;
        const id = textOf(item?.id) || textOf(item?.url);
        const excerpt = shortened(textOf(item?.summary) || textOf(item?.content_text));
        const title = shortened(textOf(item?.title)) || excerpt;
        if (id && title && !articles.has(id)) articles.set(id, { ...item, id, title, excerpt });
      }
      return [...articles.values()];
    }

    #row(level) {
      const row = make("li", null, "item");
      row.image = make("img", row, "image");
      row.image.alt = "";
      row.image.loading = "lazy";
      row.image.referrerPolicy = "no-referrer";
      row.link = this.#titled(level % 6 ? `h${level + 1}` : "p", row, "title").link;
      row.date = make("time", row, "date");
      row.excerpt = make("p", row, "excerpt");
      row.excerpt.dir = "auto";
      return row;
    }

    #titled(name, parent, part) {
      const title = make(name, parent, part);
      title.link = make("a", title);
      title.link.dir = "auto";
      return title;
    }

    #fill(row, article, language) {
      put(row, "lang", textOf(article.language) || textOf(this.#feed.language));
      const image = this.has("images") && webAddress(article.image, this.address);
      put(row.image, "src", image && image.origin === this.address.origin && image.href);
      row.image.hidden = !row.image.src;
      put(row.link, "href", webAddress(article.url, this.address)?.href);
      write(row.link, article.title);
      const date = new Date(textOf(article.date_published));
      const isDated = !isNaN(date);
      put(row.date, "datetime", isDated && date.toISOString());
      put(row.date, "lang", language);
      write(row.date, textOf(article._bantin?.date) || (isDated ? date.toLocaleDateString(language, { dateStyle: "medium" }) : ""));
      write(row.excerpt, this.has("excerpt") && article.excerpt !== article.title ? article.excerpt : "");
    }

    #lay(...parts) {
      if (this.box.firstChild !== parts[0]) this.box.replaceChildren(...parts);
    }
  }

  const make = (name, parent, part) => {
    const element = document.createElement(name);
    put(element, "part", part);
    parent?.append(element);
    return element;
  };

  const put = (element, name, value) => {
    if (!value) element.removeAttribute(name);
    else if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };

  const write = (element, text) => {
    element.hidden = !text;
    if (element.textContent !== text) element.textContent = text;
  };

  customElements.define("bantin-feed", BantinFeed);
}

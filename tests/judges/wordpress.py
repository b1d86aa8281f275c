"""What WordPress does with an address that somebody pastes, when it does not know the site: discovery, one frame kept, shut off (wp-includes/embed.php, js/wp-embed.js)."""

import html
import json
import re

import fetch
import pages

KEPT = {"a": ("href",), "blockquote": (), "iframe": ("src", "width", "height", "frameborder", "marginwidth", "marginheight", "scrolling", "title")}
SECRET = "Tz4kJq9XvB"
# No frame is made less tall, in pixels.
LEAST = 200
# The part of wp-embed.js that listens to frames.
LISTENING = """
addEventListener("message", (event) => {
  const data = event.data;
  if (!data || !data.secret || !data.message || /[^a-zA-Z0-9]/.test(data.secret)) return;
  for (const quote of document.querySelectorAll(`blockquote[data-secret="${data.secret}"]`)) quote.style.display = "none";
  for (const frame of document.querySelectorAll(`iframe[data-secret="${data.secret}"]`)) {
    if (event.source !== frame.contentWindow) continue;
    frame.removeAttribute("style");
    if (data.message === "height") frame.height = Math.min(1000, Math.max(200, parseInt(data.value, 10)));
  }
});
"""


def pasted(address, most_wide=600):
    """What stands in the page for an address, and the answer it was made from."""
    found = re.findall(r"<link[^>]*>", fetch.get(address).text)
    [link] = [one for one in found if "application/json+oembed" in one]
    source = html.unescape(re.search(r'href="([^"]*)"', link)[1])
    reply = fetch.get(f"{source}&maxwidth={most_wide}&maxheight=1000")
    if reply.status != 200:
        raise RuntimeError(f"{source}: {reply.status}")
    answer = json.loads(reply.text)
    return shut_off(answer["html"]), answer


def shut_off(text):
    """What is kept of such HTML, with the frame shut off from all but scripts, and hidden while a quotation stands for it."""
    found = re.search(r"(<blockquote>.*?</blockquote>)?.*(<iframe.*?></iframe>)", filtered(text), re.S)
    quotation, frame = found[1] or "", found[2]
    frame = re.sub(r' src="([^"]*)"', rf' src="\1#?secret={SECRET}" data-secret="{SECRET}"', frame)
    if quotation:
        frame = frame.replace("<iframe", '<iframe style="position: absolute; visibility: hidden;"')
        quotation = quotation.replace("<blockquote", f'<blockquote class="wp-embedded-content" data-secret="{SECRET}"')
    return quotation + frame.replace("<iframe", '<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted"')


def filtered(text):
    """Only elements and attributes that are let through."""
    written = []
    for element in pages.parse(f"<body>{text}").find("body"):
        written.append(rewritten(element))
    return "".join(written)


def rewritten(element):
    inside = html.escape(element.text or "", quote=False) + "".join(rewritten(child) + html.escape(child.tail or "", quote=False) for child in element)
    if element.tag not in KEPT:
        return inside
    kept = "".join(f' {name}="{html.escape(element.get(name))}"' for name in KEPT[element.tag] if element.get(name) is not None)
    return f"<{element.tag}{kept}>{inside}</{element.tag}>"

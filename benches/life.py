"""A day's work in a minute: edits, renames, withdrawals and returns under load, held against a model that reads everything anew."""

import datetime
import heapq
import json
import os
import random
import re
import subprocess
import time
from pathlib import Path
from statistics import mean
from typing import NamedTuple
from urllib.parse import urlsplit

import corpus
import office
from crowd import Crowd
from results import Section, figure, p99

SECONDS, RATE, CHECKS = 60, 2_000, 12
# How often each comes, of a hundred.
KINDS = {"edit": 48, "rename": 20, "withdraw": 15, "return": 15, "follow up": 2}
# As many are worked on as often as all the others together.
NEWEST = 2_000
# Two things are not done to one article before bantin can have seen the first: who it is then would be a guess.
PAUSE = 3
LIMIT = 50
# Feeds in which one article is edited again and again, and says how often.
FOLLOWED = {"nong-nghiep": "Nông nghiệp", "y-te": "Y tế", "the-thao": "Thể thao"}
FEED_OF = dict(zip(corpus.CATEGORIES, office.CATEGORY_FEEDS, strict=True))


class Told(NamedTuple):
    """What a file says that decides where it stands."""

    at: float
    title: str
    categories: tuple


def measure(plan):
    section = Section("life")
    # More of a smaller office would look to it as if its folder were lost.
    actions, seconds = min(20_000, plan.usual // 5), plan.times(SECONDS, 10)
    content = office.SCRATCH / "content"
    # Not linked: files are written in place, too.
    subprocess.run(["cp", "--archive", office.corpus_of(plan.usual), content], check=True)
    room = Newsroom(content)
    with office.Office(content, office.SCRATCH / "office") as server:
        section.command(*server.process.args)
        server.rest()
        journal = size_of(server.state)
        judge = Judge(server, room)
        judge.check()
        memory = []
        with Crowd(server.port, documents(judge), RATE) as crowd:
            for part in range(CHECKS):
                work(server, room, actions // CHECKS, seconds / CHECKS, memory)
                judge.check()
        grown = size_of(server.rest().state) - journal
        judge.anew(section)
    tell(section, room, judge, crowd.told, memory, grown)
    return section


def work(server, room, actions, seconds, memory):
    began = time.perf_counter()
    for number in range(actions):
        room.act()
        if number % max(1, actions // 20) == 0:
            memory.append(server.memory() / 1e6)
        time.sleep(max(0, began + (number + 1) * seconds / actions - time.perf_counter()))
    room.worked += time.perf_counter() - began


def documents(judge):
    """What the crowd asks for; mostly the feeds that change most."""
    followed = [f"/feeds/{name}.{format}" for name in ("all", *FOLLOWED) for format in ("rss", "atom", "json")]
    pages = [judge.addresses[place] for place in judge.room.untouched if place in judge.addresses]
    others = [f"/feeds/{name}.rss" for name in office.CATEGORY_FEEDS]
    return followed * 4 + others * 2 + pages + ["/", "/feeds/all", "/opml.xml"]


def tell(section, room, judge, told, memory, grown):
    tenth = max(1, len(memory) // 10)
    done = sum(room.done.values())
    section.claim("changes a second", done / room.worked)
    section.claim("requests a second meanwhile", told.rate, least=RATE * 0.99)
    section.claim("p99 of requests", [1000 * taken for taken in told.taken], " ms", of=p99)
    section.claim("errors", len(told.errors), most=0)
    section.claim("stale answers", len(told.stale), most=0)
    section.claim("feeds that were not as the model has them within 30 s", len(judge.wrong), most=0)
    section.claim("articles whose id changed or was another's", len(judge.mistaken), most=0)
    section.claim("withdrawn articles that were not 410, and returned ones that were", len(judge.unsettled), most=0)
    section.claim("feeds that an office without a past has otherwise", len(judge.otherwise), most=0)
    flat = mean(memory[-tenth:]) / mean(memory[tenth : 2 * tenth])
    section.claim("memory in the last tenth ÷ in the second", flat, least=0.95, most=1.05)
    section.claim("growth of the journal ÷ bytes of changed files", grown / room.written, most=1)
    rows = section.table(*room.done, "memory, MB", "journal, MB more", "checks", "until it showed, s")
    sizes = f"{figure(min(memory))}–{figure(max(memory))}"
    rows.append([*room.done.values(), sizes, figure(grown / 1e6), len(judge.waited), figure(max(judge.waited))])
    faults = [*told.errors, *told.stale, *judge.wrong, *judge.mistaken, *judge.unsettled, *judge.otherwise]
    if faults:
        section.notes.append("\n".join(f"- {fault}" for fault in faults[:10]))


class Newsroom:
    """What is done to the files, and what they say afterwards. An article is known by the place where it first lay."""

    def __init__(self, content):
        self.content, self.outside = content, content.parent / "saved"
        self.chance, self.began = random.Random(0), time.perf_counter()
        self.done, self.edits, self.written, self.worked = dict.fromkeys(KINDS, 0), 0, 0, 0.0
        followed = [self.follow_up(name) for name in FOLLOWED]
        self.says = read_anew(content)
        self.lies = {place: place for place in self.says}
        self.order = sorted(self.says, key=self.says.get)
        # Their pages are asked for all the time, and are always there.
        self.untouched = {*self.order[-20:], *followed}
        self.gone, self.put_back_again, self.history = {}, set(), {}

    def act(self):
        kind = self.chance.choices(list(KINDS), KINDS.values())[0]
        if kind == "return" and not (self.gone and self.rested(next(iter(self.gone)))):
            kind = "edit"
        self.done[kind] += 1
        if kind == "follow up":
            self.follow_up(self.chance.choice(list(FOLLOWED)))
            return
        article = next(iter(self.gone)) if kind == "return" else self.pick()
        {"edit": self.edit, "rename": self.rename, "withdraw": self.withdraw, "return": self.put_back}[kind](article)
        where, said = self.lies.get(article), self.says.get(article)
        self.history.setdefault(article, []).append((time.perf_counter(), f"{kind}: {where}, {said and said.title}"))

    def rested(self, article):
        return article not in self.history or time.perf_counter() - self.history[article][-1][0] > PAUSE

    def past(self, article):
        """What was done to an article, and when."""
        return "; ".join(f"{at - self.began:.2f} s {what}" for at, what in self.history.get(article, []))

    def pick(self):
        while True:
            article = self.chance.choice(self.order if self.chance.random() < 0.5 else self.order[-NEWEST:])
            if article not in self.gone and article not in self.untouched and self.rested(article):
                return article

    def follow_up(self, name):
        """Edits the article of a feed that says how often it was."""
        article = corpus.newer(list(FOLLOWED).index(name))._replace(categories=[FOLLOWED[name]])
        self.edits += 1
        text = article._replace(text=f"Day la lan sua {self.edits} cua {name}.\n\n{article.text}").written()
        place = self.content / article.folder / f"{name}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        self.save(place, text)
        return str(place.relative_to(self.content))

    def save(self, place, text, in_place=False):
        if in_place:
            place.write_text(text)
        else:
            self.outside.write_text(text)
            os.rename(self.outside, place)
        self.written += len(text.encode())

    def edit(self, article):
        place, chance = self.content / self.lies[article], self.chance
        head, _, body = place.read_text().removeprefix("---\n").partition("---\n")
        if chance.random() < 0.2:
            title = f"{corpus.sentence(chance, 8)} {self.edits}"
            head = re.sub("^title: .*$", f'title: "{title}"', head, flags=re.M)
        if chance.random() < 0.1:
            head = re.sub("^categories: .*$", f'categories: ["{chance.choice(corpus.CATEGORIES)}"]', head, flags=re.M)
        paragraphs = body.strip().split("\n\n")
        paragraphs[chance.randrange(len(paragraphs))] = corpus.sentence(chance, chance.randint(20, 60)) + "."
        text = "---\n" + head + "---\n\n" + "\n\n".join(paragraphs) + "\n"
        self.edits += 1
        self.save(place, text, in_place=chance.random() < 0.3)
        self.says[article] = told(text)

    def rename(self, article):
        old = self.lies[article]
        folder = os.path.dirname(old if self.chance.random() < 0.5 else self.chance.choice(self.order))
        new = f"{folder}/doi-ten-{self.done['rename']:05}.md"
        os.rename(self.content / old, self.content / new)
        self.written += (self.content / new).stat().st_size
        self.lies[article] = new

    def withdraw(self, article):
        place = self.content / self.lies.pop(article)
        self.gone[article] = place, place.read_text(), self.says.pop(article)
        self.put_back_again.discard(article)
        place.unlink()

    def put_back(self, article):
        place, text, self.says[article] = self.gone.pop(article)
        self.save(place, text)
        self.lies[article] = str(place.relative_to(self.content))
        self.put_back_again.add(article)


def told(text):
    title = re.search(r'^title: "(.*)"$', text, re.M)[1]
    date = datetime.datetime.fromisoformat(re.search("^date: (.*)$", text, re.M)[1])
    return Told(date.timestamp(), title, tuple(re.findall('"([^"]*)"', re.search("^categories: (.*)$", text, re.M)[1])))


def read_anew(content):
    """What every file says, by its place."""
    return {str(path.relative_to(content)): told(path.read_text()) for path in Path(content).rglob("*.md")}


def newest(says):
    """For each feed the articles it should carry, in order."""
    members = {name: [] for name in office.FEEDS}
    for article, said in says.items():
        members["all"].append((said, article))
        for category in said.categories:
            members[FEED_OF[category]].append((said, article))
    return {name: heapq.nlargest(LIMIT, all_of) for name, all_of in members.items()}


class Judge:
    """Compares what is served with what should be."""

    def __init__(self, server, room):
        self.server, self.room = server, room
        self.ids, self.articles, self.addresses = {}, {}, {}
        self.wrong, self.mistaken, self.unsettled, self.otherwise, self.waited = [], [], [], [], []

    def check(self):
        began = time.perf_counter()
        deadline = began + 30
        for name, expected in newest(self.room.says).items():
            wanted = [(said.title, said.at) for said, _ in expected]
            while (items := self.feed(self.server, name)) and carried(items) != wanted:
                if time.perf_counter() > deadline:
                    self.wrong.append(f"{name}: {difference(carried(items), wanted)}")
                    break
                time.sleep(0.01)
            else:
                for item, (_, article) in zip(items, expected, strict=True):
                    self.know(article, item)
        self.ask_for_the_gone(deadline)
        self.waited.append(time.perf_counter() - began)

    def feed(self, server, name):
        return json.loads(server.get(f"/feeds/{name}.json", accept_encoding="gzip").text)["items"]

    def know(self, article, item):
        """An article keeps its id, and no other has it."""
        if self.ids.setdefault(article, item["id"]) != item["id"] or self.articles.setdefault(item["id"], article) != article:
            told = f"{article} is {item['id']}, was {self.ids[article]} ({self.room.past(article)})"
            self.mistaken.append(f"{time.perf_counter() - self.room.began:.2f} s: {told}")
            self.ids[article] = item["id"]
        self.addresses[article] = "/" + item["url"].removeprefix(office.BASE)

    def ask_for_the_gone(self, deadline):
        for article in self.addresses.keys() & (self.room.gone.keys() | self.room.put_back_again):
            expected = 410 if article in self.room.gone else 200
            while (status := self.status(self.addresses[article])) != expected:
                if time.perf_counter() > deadline:
                    self.unsettled.append(f"{article} at {self.addresses[article]}: {status} instead of {expected}")
                    break
                time.sleep(0.01)

    def status(self, address):
        """What stands at an address, or where it leads."""
        answer = self.server.get(address, accept_encoding="gzip")
        return self.status(urlsplit(answer["location"]).path) if answer.status in (301, 308) else answer.status

    def anew(self, section):
        """Reads the files themselves again, and lets an office without a past read them."""
        on_disk = {name: [said for said, _ in carried] for name, carried in newest(read_anew(self.room.content)).items()}
        if on_disk != {name: [said for said, _ in carried] for name, carried in newest(self.room.says).items()}:
            raise RuntimeError("the files do not say what the model has")
        with office.Office(self.room.content, office.SCRATCH / "new") as new:
            section.command(*new.process.args)
            new.rest()
            for path in re.findall(r'xmlUrl="[^"]*/feeds/([^"]*)\.rss"', self.server.get("/opml.xml").text):
                here, there = self.feed(self.server, path), self.feed(new, path)
                if [words(item) for item in here] != [words(item) for item in there]:
                    self.otherwise.append(f"{path}: {difference(carried(here), carried(there))}")


def carried(items):
    return [(item["title"], datetime.datetime.fromisoformat(item["date_published"]).timestamp()) for item in items]


def words(item):
    """What does not depend on an office's past."""
    return {name: item.get(name) for name in ("title", "date_published", "content_html", "authors", "tags")}


def difference(seen, wanted):
    at = next((at for at, (one, other) in enumerate(zip(seen, wanted)) if one != other), min(len(seen), len(wanted)))
    return f"place {at} is {seen[at : at + 1]}, not {wanted[at : at + 1]}"


def size_of(folder):
    return sum(path.stat().st_size for path in Path(folder).iterdir())

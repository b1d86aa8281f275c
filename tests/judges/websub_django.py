"""django-push, which asks as in 2010 and knows no signature but sha1, is verified, sent what was dropped, renews and leaves."""

import warnings

import bantin as installation
import django
import fetch
import subscribing
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

# By its host the hub tells who needs another signature.
HOST = "127.0.0.2"
SITE = f'hub_signature_for = {{ "{HOST}" = "sha1" }}\n'
PATH = "feeds/all.rss"
LEASE = 90_000


def judge(bantin, claims):
    with subscribing.encrypted(bantin.binary, SITE) as front:
        site, port = front.site, installation.free_port()
        app = application(site.home, f"{HOST}:{port}")
        from django_push.subscriber.models import Subscription
        from django_push.subscriber.signals import updated

        arrivals, relations = subscribing.Arrivals(), []

        # It hears nothing of what has no right signature.
        def hear(notification, links, **_):
            relations.append({link["rel"]: link["url"] for link in links})
            arrivals.take(notification)

        updated.connect(hear, weak=False)
        with subscribing.listening(HOST, port, app):
            follow(site, claims, Subscription, arrivals)
        expected = {"hub": site.public + "hub", "self": site.public + PATH}
        claims.that(relations and all(said == expected for said in relations), f"links of deliveries: {relations}")


def application(folder, domain):
    """An application with the parts of django-push alone."""
    warnings.simplefilter("ignore")
    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "django.sqlite"), "OPTIONS": {"timeout": 10}}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django_push.subscriber"],
        PUSH_DOMAIN=domain,
        ROOT_URLCONF="django_push.subscriber.urls",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0)
    return get_wsgi_application()


def follow(site, claims, subscriptions, arrivals):
    subscription = subscriptions.objects.subscribe(site.public + PATH, site.public + "hub", lease_seconds=LEASE)
    claims.that(subscription.secret, "it gave no secret")

    def known():
        return subscriptions.objects.filter(pk=subscription.pk).first()

    if not claims.that(fetch.wait_for(lambda: known().verified, 20), "the subscription is never verified"):
        return
    first = known().lease_expiration
    took = subscribing.delivered(site, claims, arrivals, "Bài báo cho người quen cũ", PATH)
    if took is not None:
        claims.note(f"after {took * 1000:.0f} ms")
    known().subscribe(lease_seconds=LEASE)
    claims.that(fetch.wait_for(lambda: known().lease_expiration > first, 20), "the renewal is never verified")
    subscribing.delivered(site, claims, arrivals, "Bài báo sau khi gia hạn", PATH)
    known().unsubscribe()
    claims.that(fetch.wait_for(lambda: known() is None, 20), "leaving is never verified")
    title = "Bài báo sau khi thôi nhận"
    site.drop("tin-kiem-tra/sau-cung.md", subscribing.article(title))
    claims.that(site.wait_for_title(title), f"{title}: not in the feed")
    claims.that(arrivals.wait_for(title, 0.7) is None, "it was sent something after it left")

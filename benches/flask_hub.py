"""Flask-WebSub's hub, which `push.py` holds bantin's against: tells so many callbacks of a topic and says what that took.

    flask_hub.py STORE TOPIC COUNT CALLBACK

CALLBACK has `{}` where its number goes. In earnest each delivery is a task for workers of Celery behind a broker; here they run
one after the other in this process, without a broker to carry the document to them, which is the least that they can cost.
"""

import resource
import sys
import time

from celery import Celery
from flask_websub.hub import Hub, SQLite3HubStorage


def main(store, topic, count, callback):
    celery = Celery()
    celery.conf.task_always_eager = True
    hub = Hub(SQLite3HubStorage(store), celery, SIGNATURE_ALGORITHM="sha256", REQUEST_TIMEOUT=30)
    for number in range(int(count)):
        hub.storage[topic, callback.format(number)] = {"lease_seconds": 864_000, "secret": "chung ta biet"}
    began, used = time.perf_counter(), time.process_time()
    hub.send_change_notification.delay(topic).get()
    took, used = time.perf_counter() - began, time.process_time() - used
    print(took, used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])

package io.anyio.testsuite.guarantees;

import static io.anyio.testsuite.guarantees.FullStack.soon;
import static io.anyio.testsuite.guarantees.FullStack.strike;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskStatus;
import io.anyio.Timeouts;
import io.anyio.ValueBlock;
import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Condition;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import io.anyio.task.Tasks;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A call at the end of the stack, with the conditions that must hold afterwards, whether or not it was struck. */
enum StruckCall implements FullStack.Strike {
    CHECKPOINT(near -> {
        strike(near, AnyIO::checkpoint);
        return "";
    }),
    SLEEP(near -> {
        strike(near, () -> AnyIO.sleep(Duration.ofNanos(1)));
        return "";
    }),
    FREE_LOCK(near -> {
        var lock = Lock.create();
        if (!strike(near, lock::acquire)) {
            lock.release();
        }
        return lock.isLocked() ? "the lock is held by a task that was not told" : "";
    }),
    LOCK_WITH_A_WAIT(near -> {
        var lock = Lock.create();
        return TaskGroup.call(group -> {
            group.startSoon(() -> lock.run(AnyIO::checkpoint));
            AnyIO.checkpoint();
            if (!strike(near, lock::acquire)) {
                lock.release();
            }
            return soon(() -> lock.run(AnyIO::checkpoint)) ? "" : "the lock can no longer be acquired";
        });
    }),
    SEMAPHORE(near -> {
        var semaphore = Semaphore.create(1);
        return TaskGroup.call(group -> {
            group.startSoon(() -> semaphore.run(AnyIO::checkpoint));
            AnyIO.checkpoint();
            if (!strike(near, semaphore::acquire)) {
                semaphore.release();
            }
            return soon(() -> semaphore.run(AnyIO::checkpoint)) && semaphore.value() == 1 ? "" : "a slot is lost";
        });
    }),
    LIMITER(near -> {
        var limiter = CapacityLimiter.create(1);
        return TaskGroup.call(group -> {
            group.startSoon(() -> limiter.run(AnyIO::checkpoint));
            AnyIO.checkpoint();
            if (!strike(near, limiter::acquire)) {
                limiter.release();
            }
            return soon(() -> limiter.run(AnyIO::checkpoint)) && limiter.borrowedTokens() == 0
                    ? ""
                    : "a borrower has gone with its token";
        });
    }),
    CONDITION(near -> {
        var condition = Condition.create();
        return TaskGroup.call(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                condition.run(condition::signal);
            });
            boolean struck = strike(near, () -> condition.run(condition::await));
            return soon(() -> condition.run(AnyIO::checkpoint)) || struck ? "" : "the lock is lost";
        });
    }),
    RECEIVE(near -> {
        var stream = MemoryObjectStream.<Integer>create(0);
        return TaskGroup.call(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                stream.sender().send(1);
            });
            boolean struck = strike(near, () -> stream.receiver().receive());
            return !struck || soon(() -> stream.receiver().receive()) ? "" : "an item is lost";
        });
    }),
    SEND(near -> {
        var stream = MemoryObjectStream.<Integer>create(0);
        return TaskGroup.call(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                stream.receiver().receive();
            });
            boolean struck = strike(near, () -> stream.sender().send(1));
            return !struck || soon(() -> stream.sender().send(1)) ? "" : "a receiver is lost";
        });
    }),
    CLOSE(near -> {
        var stream = MemoryObjectStream.<Integer>create(0);
        return TaskGroup.call(group -> {
            var waiting = group.startSoon(() -> {
                for (int _ : stream.receiver()) {
                    throw new IllegalStateException("there is no item");
                }
            });
            AnyIO.checkpoint();
            if (strike(near, stream.sender()::close)) {
                stream.sender().close();
            }
            boolean told = soon(waiting::await);
            waiting.cancel();
            return told ? "" : "a receiver does not learn of the end";
        });
    }),
    EVENT(near -> {
        var event = Event.create();
        return TaskGroup.call(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                event.set();
            });
            strike(near, event::await);
            return "";
        });
    }),
    WAKE_UP(near -> {
        var event = Event.create();
        return TaskGroup.call(group -> {
            var waiter = group.startSoon(() -> event.await());
            AnyIO.checkpoint();
            if (strike(near, event::set)) {
                event.set();
            }
            return soon(waiter::await) ? "" : "a task is not woken";
        });
    }),
    SELECT(near -> {
        var event = Event.create();
        return TaskGroup.call(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                event.set();
            });
            strike(near, () -> Select.first(event.onSet(), Select.after(Duration.ofHours(1))));
            return "";
        });
    }),
    TO_THREAD(near -> {
        var options = ToThreadOptions.DEFAULTS.withLimiter(CapacityLimiter.create(1));
        strike(near, () -> ToThread.run(options, () -> {}));
        return soon(() -> ToThread.run(options, () -> {}))
                        && options.limiter().orElseThrow().borrowedTokens() == 0
                ? ""
                : "a worker is lost, or a token";
    }),
    GROUP(near -> {
        boolean[] alive = new boolean[1];
        strike(
                near,
                () -> TaskGroup.run(group -> group.startSoon(() -> {
                    alive[0] = true;
                    try {
                        AnyIO.sleep(Duration.ofMillis(1));
                    } finally {
                        alive[0] = false;
                    }
                })));
        AnyIO.sleep(Duration.ofNanos(1)); // at the next wait at the latest
        return alive[0] ? "a group was left while its task lives" : "";
    }),
    GATHER(near -> {
        int[] alive = new int[1];
        ValueBlock<Integer, RuntimeException> body = () -> {
            alive[0]++;
            try {
                AnyIO.sleep(Duration.ofMillis(1));
                return 1;
            } finally {
                alive[0]--;
            }
        };
        strike(near, () -> Tasks.gather(List.of(body, body)));
        AnyIO.sleep(Duration.ofNanos(1)); // at the next wait at the latest
        return alive[0] > 0 ? "a gather was left while its tasks live" : "";
    }),
    END_OF_A_TASK(near -> TaskGroup.call(group -> {
        var task = group.startSoon(() -> AnyIO.checkpoint());
        strike(near, task::await);
        return soon(task::await) ? "" : "the end of a task is not told";
    })),
    STAGE(near -> {
        var stage = new CompletableFuture<Integer>();
        return TaskGroup.call(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                stage.complete(1);
            });
            strike(near, () -> AnyIO.await(stage));
            return soon(() -> AnyIO.await(stage)) ? "" : "a completed stage does not wake its task";
        });
    }),
    DEFERRED(near -> TaskGroup.call(group -> {
        var deferred = Deferred.<Integer>create();
        var waiting = group.startSoon(() -> deferred.join());
        AnyIO.checkpoint();
        if (strike(near, () -> deferred.complete(1))) {
            deferred.complete(1);
        }
        boolean told = soon(waiting::await);
        waiting.cancel();
        return told ? "" : "a task does not learn of a value";
    })),
    REPORT(near -> {
        boolean told = soon(() -> TaskGroup.run(group -> group.start((TaskStatus<String> status) -> {
            AnyIO.checkpoint();
            if (strike(near, () -> status.started("up"))) {
                status.started("up");
            }
        })));
        return told ? "" : "the caller of start() does not learn of the report";
    }),
    START(near -> TaskGroup.call(group -> {
        strike(
                near,
                () -> group.start((TaskStatus<String> status) -> {
                    AnyIO.checkpoint();
                    status.started("up");
                }));
        return "";
    })),
    CANCEL(near -> TaskGroup.call(group -> {
        var task = group.startSoon(() -> AnyIO.sleepForever());
        AnyIO.checkpoint();
        if (strike(near, group::cancel)) {
            group.cancel();
        }
        boolean[] ended = new boolean[1];
        CancelScope.shielded(() -> ended[0] = soon(task::await));
        return ended[0] ? "" : "a task does not learn of a cancellation";
    })),
    SCOPES(near -> {
        var around = Timeouts.moveOnAfter(Duration.ofMillis(5), () -> {
            strike(10 * near, () -> nested(0));
            AnyIO.sleepForever();
        });
        return around.cancelledCaught() ? "" : "a time-out does not reach its task";
    }),
    TIME_OUTS(near -> {
        var around = Timeouts.moveOnAfter(Duration.ofMillis(5), () -> {
            strike(near, () -> Timeouts.moveOnAfter(Duration.ofHours(1), AnyIO::checkpoint));
            AnyIO.sleepForever();
        });
        return around.cancelledCaught() ? "" : "a time-out does not reach its task";
    });

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final FullStack.Strike strike;

    StruckCall(FullStack.Strike strike) {
        this.strike = strike;
    }

    @Override
    public String at(int near) throws Exception {
        return strike.at(near);
    }

    private static void nested(int depth) throws Exception {
        CancelScope.open(scope -> {
            scope.setShield(depth % 16 == 15);
            nested(depth + 1);
        });
    }
}

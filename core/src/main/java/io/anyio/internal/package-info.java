/**
 * The engine: scopes and their cancellation, tasks and their waits, the loops of a run and the two carriers.
 *
 * <p>Not exported. It knows of the root package only {@link io.anyio.Block}, {@link io.anyio.Cancelled},
 * {@link io.anyio.Deadline}, {@link io.anyio.NoEventLoopException} and {@link io.anyio.ValueBlock}; what it needs of
 * their package-private members, it gets through {@link io.anyio.internal.RootAccess}.
 *
 * <p>Two groups of classes know each other in a circle. {@link io.anyio.internal.Task}, its loop, its scopes and its
 * waits form the first. The two carriers, with all that runs tasks in their place, form the second, which the first
 * does not know.
 */
@NullMarked
package io.anyio.internal;

import org.jspecify.annotations.NullMarked;

/*
 * Where to begin reading:
 *
 *   Run             a backend, its loops and the first task; RunLauncher makes it
 *   TaskLoop        ready tasks, deadlines and the token of one loop; LoopCarrier and PortableCarrier run its tasks
 *   Task            the virtual thread and its place in the tree of scopes
 *   Wait            the only place where a task parks; WaitList is built on it, and every primitive on that
 *   ScopeNode       a scope; CancelTree is how a cancellation reaches the tasks below it, DeadlineTimer cancels it
 *   Watchdog        detects loops that do not make progress; LoopInspection and PortableInspection help them
 */

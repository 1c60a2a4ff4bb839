/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Everything that is on disk, and the only package that speaks SQL.
 *
 * <p>It guarantees that what it reports as durable survives a kill at any moment (invariant I4):
 * all writes pass one committing thread, which runs as many as are waiting in one transaction and
 * tells each of them after the one fsync that covers all. A change and its audit entry are one
 * transaction. Work that fails takes nothing else down with it. What is remembered of a row ({@link
 * dev.breakwater.server.store.RememberedRows}) is gone before anybody is told that it was changed.
 *
 * <p>SQLite and PostgreSQL stand behind the same statements; where the two differ, {@link
 * dev.breakwater.server.store.Dialect} knows. It refuses a database that is not Breakwater's and
 * one that a newer version has written. The interfaces implemented here belong to the features
 * ({@code identity}, {@code twin}, ...), which know nothing of this package. Read {@link
 * dev.breakwater.server.store.Database} first, then {@link
 * dev.breakwater.server.store.GroupCommit}.
 */
@NullMarked
package dev.breakwater.server.store;

import org.jspecify.annotations.NullMarked;

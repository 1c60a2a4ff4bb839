/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Live events: what has just changed for a device, for whoever listens at this moment.
 *
 * <p>Guarantees that an event is told after what it tells of is durable, and never before; that
 * telling it neither blocks nor fails whoever tells it, and costs one volatile read (and an object
 * that is thrown away) while nobody listens; that within one stream an event comes at most once;
 * and that a listener who comes back in time gets what was told in between, or is told that this is
 * not possible ({@link dev.breakwater.server.event.EventCursor}).
 *
 * <p>Refuses listeners beyond the limits per caller, per organization and in all. Events are hints,
 * not records: they are lost with the process, and what counts is what the store says. Who may see
 * an event is decided where it is shown. Read {@link dev.breakwater.server.event.EventFeed} first.
 */
@NullMarked
package dev.breakwater.server.event;

import org.jspecify.annotations.NullMarked;

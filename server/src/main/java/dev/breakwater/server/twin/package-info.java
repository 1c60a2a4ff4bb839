/**
 * The twin of a device: the state it reported, and the state it should have.
 *
 * <p>It guarantees that each of the two has a version that only grows, that changes are JSON merge
 * patches (RFC 7396) applied one after the other inside the committing transaction, and that a
 * connected device which has subscribed is told what differs, newest last. It refuses patches that
 * are not strict JSON, and documents that would grow beyond {@link
 * dev.breakwater.server.limits.Limit#STATE_DOCUMENT_BYTES} or {@link
 * dev.breakwater.server.limits.Limit#JSON_DEPTH}.
 *
 * <p>A patch that changes nothing stores nothing: a device may repeat a report whose
 * acknowledgement was lost. Read {@link dev.breakwater.server.twin.Twins} first.
 */
@NullMarked
package dev.breakwater.server.twin;

import org.jspecify.annotations.NullMarked;

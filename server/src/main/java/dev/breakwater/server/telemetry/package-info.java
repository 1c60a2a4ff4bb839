/**
 * What devices tell of themselves over time: readings ({@code me/telemetry}) and events ({@code
 * me/events/{type}}), stored as they arrived, with the server's time.
 *
 * <p>It guarantees that what was acknowledged is found again by range of time, for one device in
 * the order of its arrival, until its age or the number of rows exceeds {@link
 * dev.breakwater.server.limits.Limit#TELEMETRY_DAYS} or {@link
 * dev.breakwater.server.limits.Limit#TELEMETRY_ROWS}. It refuses what is not a strict JSON object
 * or CBOR map, so that whoever reads it later need not fear it; the meaning of the members belongs
 * to the product. A sealed payload ({@link dev.breakwater.protocol.envelope}) is kept as it came:
 * only whoever has the key knows what is in it.
 *
 * <p>Payloads are checked as a stream and kept as bytes: no tree of objects is built for them. Read
 * {@link dev.breakwater.server.telemetry.Telemetry} first, then {@link
 * dev.breakwater.server.telemetry.PayloadCheck}.
 */
@NullMarked
package dev.breakwater.server.telemetry;

import org.jspecify.annotations.NullMarked;

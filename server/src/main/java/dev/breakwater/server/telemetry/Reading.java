/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.cbor.CBORMapper;

/** Something a device told, as it arrived. */
public final class Reading {

    private final long sequence;
    private final Instant at;
    private final Optional<EventType> event;
    private final PayloadForm form;
    private final byte[] payload;

    /**
     * A stored reading.
     *
     * @param sequence its place among all that were stored
     * @param at server time of its arrival
     * @param event what kind of event it is; empty for telemetry
     * @param payload strict JSON or CBOR, or an envelope; copied in
     */
    public Reading(
            long sequence,
            Instant at,
            Optional<EventType> event,
            PayloadForm form,
            byte[] payload) {
        this.sequence = sequence;
        this.at = at;
        this.event = event;
        this.form = form;
        this.payload = payload.clone();
    }

    /** Server time of its arrival. */
    public Instant at() {
        return at;
    }

    /** What kind of event it is; empty for telemetry. */
    public Optional<EventType> event() {
        return event;
    }

    /** How the payload is written. */
    public PayloadForm form() {
        return form;
    }

    /** The bytes as they arrived. */
    public byte[] payload() {
        return payload.clone();
    }

    /** The length of the payload. */
    int bytes() {
        return payload.length;
    }

    /** Where a query that returned this reading goes on. */
    public TelemetryCursor cursor() {
        return new TelemetryCursor(at, sequence);
    }

    /** The same with what somebody who had the key found in it. */
    public Reading opened(byte[] content) {
        return new Reading(sequence, at, event, PayloadForm.of(content), content);
    }

    /**
     * The payload as JSON text; byte strings of CBOR become base64 (RFC 8949 section 6.1), and so
     * does a sealed payload, as the member {@code sealed} of an object.
     */
    public String json() {
        return switch (form) {
            case JSON -> new String(payload, StandardCharsets.UTF_8);
            case CBOR ->
                    JsonMapper.shared().writeValueAsString(CBORMapper.shared().readTree(payload));
            case SEALED -> "{\"sealed\":\"" + Base64.getEncoder().encodeToString(payload) + "\"}";
        };
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request whose parts can be anything; it becomes bytes without being looked at.
 *
 * @param headers whole lines, without their ends
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Request(String method, String target, List<String> headers, byte @Nullable [] body) {

    /** Copies the list. */
    public Request {
        headers = List.copyOf(headers);
    }

    /** A request without a body. */
    public static Request of(String method, String target, String... headers) {
        return new Request(method, target, List.of(headers), null);
    }

    /** With a further header. */
    public Request with(String header) {
        List<String> more = new ArrayList<>(headers);
        more.add(header);
        return new Request(method, target, more, body);
    }

    /** Without the headers of this name. */
    public Request without(String name) {
        return new Request(
                method,
                target,
                headers.stream()
                        .filter(
                                line ->
                                        !line.regionMatches(
                                                true, 0, name + ":", 0, name.length() + 1))
                        .toList(),
                body);
    }

    /** With another target. */
    public Request at(String other) {
        return new Request(method, other, headers, body);
    }

    /** With another method. */
    public Request by(String other) {
        return new Request(other, target, headers, body);
    }

    /** With this body. */
    public Request carrying(byte[] bytes) {
        return new Request(method, target, headers, bytes);
    }

    /** With a text for a body. */
    public Request carrying(String text) {
        return carrying(text.getBytes(UTF_8));
    }

    /** With the credential that the API takes. */
    public Request as(String token) {
        return without("Authorization").with("Authorization: Bearer " + token);
    }

    /** The body as text; empty when there is none. */
    public Optional<String> text() {
        return body == null ? Optional.empty() : Optional.of(new String(body, UTF_8));
    }

    private boolean has(String name) {
        return without(name).headers.size() < headers.size();
    }

    /** The bytes. The length of the body is added when no header says how long it is. */
    public byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        line(bytes, method + " " + target + " HTTP/1.1");
        if (!has("Host")) {
            line(bytes, "Host: localhost");
        }
        headers.stream().filter(line -> !line.equals(NO_HOST)).forEach(one -> line(bytes, one));
        if (body != null && !has("Content-Length") && !has("Transfer-Encoding")) {
            line(bytes, "Content-Length: " + body.length);
        }
        line(bytes, "");
        if (body != null) {
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    /** A header that stands for none at all. */
    public static final String NO_HOST = "Host:";

    private static void line(ByteArrayOutputStream bytes, String text) {
        bytes.writeBytes((text + "\r\n").getBytes(ISO_8859_1));
    }
}

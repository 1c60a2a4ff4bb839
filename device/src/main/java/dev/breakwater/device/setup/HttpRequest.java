/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The head of an HTTP/1.1 request (RFC 9112), read strictly: no bare line feeds, no folded lines,
 * no transfer coding, no header twice. What two readers could read differently is refused.
 *
 * @param method such as GET
 * @param path the target, in origin form
 * @param headers by name in lower case
 */
record HttpRequest(String method, String path, Map<String, String> headers) {

    static final int HEAD_BYTES_MAX = 4096;
    private static final int HEADERS_MAX = 32;

    private static final Pattern REQUEST_LINE =
            Pattern.compile("([A-Z]{1,16}) (/[!-~]{0,255}) HTTP/1\\.1");
    private static final Pattern HEADER =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}):[ \\t]*([ -~\\t]*)");

    /**
     * Reads a head.
     *
     * @throws EOFException if it ends before its end
     */
    static HttpRequest read(InputStream in) throws IOException, HttpRefused {
        String[] lines = head(in).split("\r\n", -1);
        Matcher requestLine = REQUEST_LINE.matcher(lines[0]);
        if (!requestLine.matches()) {
            throw new HttpRefused(400, "the request line is not one of HTTP/1.1");
        }
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            Matcher header = HEADER.matcher(lines[i]);
            if (i > HEADERS_MAX || !header.matches()) {
                throw new HttpRefused(400, "the headers are malformed or too many");
            }
            String name = header.group(1).toLowerCase(Locale.ROOT);
            if (headers.put(name, header.group(2).strip()) != null) {
                throw new HttpRefused(400, "a header stands there twice");
            }
        }
        if (headers.containsKey("transfer-encoding") || headers.containsKey("expect")) {
            throw new HttpRefused(501, "a body is sent as it is, with its Content-Length");
        }
        return new HttpRequest(requestLine.group(1), requestLine.group(2), Map.copyOf(headers));
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** How long the body is. */
    long contentLength() throws HttpRefused {
        String length = headers.getOrDefault("content-length", "0");
        if (!length.matches("[0-9]{1,18}")) {
            throw new HttpRefused(400, "Content-Length is a number");
        }
        return Long.parseLong(length);
    }

    /** Everything before the empty line, without the last end of line. */
    private static String head(InputStream in) throws IOException, HttpRefused {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int matched = 0;
        while (matched < 4) {
            int octet = in.read();
            if (octet < 0) {
                throw new EOFException("the request ended within its head");
            }
            if (bytes.size() == HEAD_BYTES_MAX) {
                throw new HttpRefused(
                        431, "the head of a request is at most " + HEAD_BYTES_MAX + " bytes");
            }
            bytes.write(octet);
            boolean next = octet == (matched % 2 == 0 ? '\r' : '\n');
            if (!next && (octet == '\n' || matched % 2 == 1)) {
                throw new HttpRefused(400, "lines end with CR and LF, and neither stands alone");
            }
            matched = next ? matched + 1 : 0;
        }
        byte[] all = bytes.toByteArray();
        return new String(all, 0, all.length - 4, ISO_8859_1);
    }
}

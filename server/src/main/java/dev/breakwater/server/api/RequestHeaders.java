/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.contract.ContractViolation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** The headers of a request, by name in whatever case. */
final class RequestHeaders {

    /**
     * Some frameworks behind some proxies obey these; nobody here does, so nobody may send them.
     */
    private static final Set<String> OVERRIDES =
            Set.of(
                    "x-http-method",
                    "x-http-method-override",
                    "x-method-override",
                    "x-original-url",
                    "x-rewrite-url");

    private RequestHeaders() {}

    /** All headers in lower case; refuses those that try to be another request. */
    static Map<String, List<String>> of(Request request) throws ContractViolation {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (HttpField field : request.getHeaders()) {
            String name = field.getLowerCaseName();
            if (OVERRIDES.contains(name)) {
                throw ContractViolation.header(name, "is not obeyed; send the request itself");
            }
            String value = String.valueOf(field.getValue());
            headers.merge(
                    name,
                    List.of(value),
                    (before, more) -> Stream.concat(before.stream(), more.stream()).toList());
        }
        if (headers.containsKey("content-encoding")) {
            throw ContractViolation.header("content-encoding", "is not taken; send the body plain");
        }
        return headers;
    }

    static Optional<String> one(Map<String, List<String>> headers, String name)
            throws ContractViolation {
        List<String> values = headers.getOrDefault(name, List.of());
        if (values.size() > 1) {
            throw ContractViolation.header(name, "must be given once");
        }
        return values.stream().findFirst();
    }

    static boolean announceBody(Request request) {
        return request.getLength() > 0
                || request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/**
 * Problem details (RFC 9457).
 *
 * @param detail what was refused, the limit, and what to do next
 * @param errors the members at fault; left out when there are none
 */
record Problem(
        String type,
        String title,
        int status,
        String detail,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Member> errors) {

    /** One member at fault; exactly one of the first three says where. */
    record Member(
            Optional<String> pointer,
            Optional<String> parameter,
            Optional<String> header,
            String detail) {}
}

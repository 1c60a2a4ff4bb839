/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.idempotency.Replays;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** A reply as it goes out. */
@SuppressWarnings("ArrayRecordComponent") // never compared, written once
record Rendered(int status, Map<String, String> headers, Optional<String> mediaType, byte[] body) {

    /** How replies are kept for repeated requests: those that changed something, and only those. */
    static final Replays.Codec<Rendered> CODEC =
            new Replays.Codec<>() {
                @Override
                public boolean binding(Rendered answer) {
                    return answer.status() < 300;
                }

                @Override
                public byte[] write(Rendered answer) {
                    return JsonMapper.shared().writeValueAsBytes(answer);
                }

                @Override
                public Rendered read(byte[] bytes) {
                    return JsonMapper.shared().readValue(bytes, Rendered.class);
                }
            };

    /** Copies the headers. */
    Rendered {
        headers = Map.copyOf(headers);
    }
}

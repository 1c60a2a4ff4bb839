/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import dev.breakwater.server.api.idempotency.Replays;
import dev.breakwater.server.delivery.MemberDownload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * A reply as it goes out.
 *
 * @param live what follows the head instead of the body, if the reply goes on; never kept, for no
 *     read takes an Idempotency-Key
 * @param download what follows the head instead of the body, if the reply is an artifact; to be
 *     closed
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, written once
record Rendered(
        int status,
        Map<String, String> headers,
        List<String> cookies,
        Optional<String> mediaType,
        byte[] body,
        Optional<LiveReply> live,
        Optional<MemberDownload> download) {

    /** What is kept of a reply: a cookie is for whoever was given it, and once. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, written once
    private record Kept(
            int status, Map<String, String> headers, Optional<String> mediaType, byte[] body) {}

    /** How replies are kept for repeated requests: those that changed something, and only those. */
    static final Replays.Codec<Rendered> CODEC =
            new Replays.Codec<>() {
                @Override
                public boolean binding(Rendered answer) {
                    return answer.status() < 300;
                }

                @Override
                public byte[] write(Rendered answer) {
                    return JsonMapper.shared()
                            .writeValueAsBytes(
                                    new Kept(
                                            answer.status,
                                            answer.headers,
                                            answer.mediaType,
                                            answer.body));
                }

                @Override
                public Rendered read(byte[] bytes) {
                    Kept kept = JsonMapper.shared().readValue(bytes, Kept.class);
                    return new Rendered(
                            kept.status,
                            kept.headers,
                            List.of(),
                            kept.mediaType,
                            kept.body,
                            Optional.empty(),
                            Optional.empty());
                }
            };

    /** Copies the headers and cookies. */
    Rendered {
        headers = Map.copyOf(headers);
        cookies = List.copyOf(cookies);
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import dev.breakwater.bench.attack.wire.Request;
import java.util.List;

/** Bodies that say they are something else, and bodies where there should be none. */
final class MediaMutations {

    private final Contract.Operation operation;
    private final Request sound;
    private final Collected collected;

    MediaMutations(Contract.Operation operation, Request sound) {
        this.operation = operation;
        this.sound = sound;
        this.collected = new Collected(operation);
    }

    List<Attempt> all() {
        if (operation.body().isEmpty()) {
            collected.refused(
                    "body where there is none",
                    sound.with("Content-Type: application/json").carrying("{}"));
            return collected.all();
        }
        String type = operation.body().get().mediaType();
        for (String other :
                List.of(
                        "text/plain",
                        "application/x-www-form-urlencoded",
                        "multipart/form-data; boundary=x",
                        "application/xml",
                        "application/octet-stream",
                        "*/*",
                        "nonsense",
                        type + "x")) {
            collected.refused("media type " + other, typed(other));
        }
        Request bare = sound.without("Content-Type");
        collected.refused("no media type", bare);
        collected.refused(
                "two media types",
                bare.with("Content-Type: " + type).with("Content-Type: text/plain"));
        collected.refused("coding of the content", sound.with("Content-Encoding: gzip"));
        if (operation.body().get().isJson()) {
            collected.refused("UTF-16 by name", typed(type + "; charset=utf-16"));
        }
        return collected.all();
    }

    private Request typed(String type) {
        return sound.without("Content-Type").with("Content-Type: " + type);
    }
}

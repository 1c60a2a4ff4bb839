/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * One page of a listing. The cursor is opaque to the client, so that what is inside may change; it
 * grants nothing, for every query is within the caller's organization wherever a cursor points.
 */
record Page<T>(List<T> items, Optional<String> nextCursor) {

    /**
     * Cuts a page out of rows that were asked for one more than fit, which tells whether there is
     * more without counting.
     *
     * @param key where the next page goes on after a row
     */
    static <R, T> Page<T> of(
            List<R> rows, int count, Function<R, T> render, Function<R, String> key) {
        boolean more = rows.size() > count;
        List<R> shown = more ? rows.subList(0, count) : rows;
        return new Page<>(
                shown.stream().map(render).toList(),
                more ? Optional.of(seal(key.apply(shown.getLast()))) : Optional.empty());
    }

    private static String seal(String key) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(key.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * What is inside a cursor.
     *
     * @throws IllegalArgumentException if it is not one of ours
     */
    static String open(String cursor) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(cursor)))
                    .toString();
        } catch (CharacterCodingException foreign) {
            throw new IllegalArgumentException("a cursor holds text", foreign);
        }
    }
}

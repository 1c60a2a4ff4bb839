/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.breakwater.bench.attack.fuzz.Attempt.Expected;
import dev.breakwater.bench.attack.wire.Request;
import java.util.List;
import java.util.Random;

/** Sound requests in which chance has altered some bytes. One thread at a time. */
public final class Noise {

    private static final int ALTERED_MAX = 4;

    private final List<Request> sound;
    private final Random random;

    /** Noise that is the same again for the same seed. */
    public Noise(List<Request> sound, Random random) {
        this.sound = List.copyOf(sound);
        this.random = random;
    }

    /** The next request. */
    public Attempt next() {
        Request request = sound.get(random.nextInt(sound.size()));
        boolean body = request.text().isPresent() && random.nextBoolean();
        Request noisy =
                body
                        ? request.carrying(
                                altered(request.text().orElseThrow()).getBytes(ISO_8859_1))
                        : request.at(altered(request.target()));
        return new Attempt("noise", request.method(), noisy, Expected.HARMLESS);
    }

    private String altered(String text) {
        StringBuilder altered = new StringBuilder(text);
        int count = 1 + random.nextInt(ALTERED_MAX);
        for (int i = 0; i < count; i++) {
            int place = random.nextInt(altered.length() + 1);
            char any = (char) random.nextInt(256);
            switch (random.nextInt(3)) {
                case 0 -> altered.insert(place, any);
                case 1 -> altered.setLength(Math.max(1, place));
                default -> altered.setCharAt(Math.min(place, altered.length() - 1), any);
            }
        }
        return altered.toString();
    }
}

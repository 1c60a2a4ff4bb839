/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.attack.wire.Request;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NoiseTest {

    private static final List<Request> SOUND =
            List.of(
                    Request.of("GET", "/api/v1/things?limit=1"),
                    Request.of("POST", "/api/v1/things").carrying("{\"name\":\"x\"}"));

    private static List<byte[]> heard(long seed) {
        Noise noise = new Noise(SOUND, new Random(seed));
        return IntStream.range(0, 200).mapToObj(_ -> noise.next().request().bytes()).toList();
    }

    @Test
    void isTheSameAgainForTheSameSeed() {
        List<byte[]> first = heard(1);
        List<byte[]> again = heard(1);
        for (int i = 0; i < first.size(); i++) {
            assertThat(again.get(i)).isEqualTo(first.get(i));
        }
        assertThat(heard(2).getFirst()).isNotEqualTo(first.getFirst());
    }

    @Test
    void altersTargetsAndBodies() {
        Noise noise = new Noise(SOUND, new Random(3));
        List<Request> noisy =
                IntStream.range(0, 200).mapToObj(_ -> noise.next().request()).toList();
        assertThat(noisy)
                .anyMatch(one -> !one.target().startsWith("/api/v1/things"))
                .anyMatch(
                        one ->
                                one.target().equals("/api/v1/things")
                                        && one.text().isPresent()
                                        && !one.text().get().equals("{\"name\":\"x\"}"));
    }
}

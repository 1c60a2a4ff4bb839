/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Whom a rollout is for, in words. */
final class TargetTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"all\":true} | For all devices of the product.",
                "{\"percent\":12.5} | For 12.5 % of devices, drawn by lot.",
                "{\"tags\":{\"all\":[\"beta\",\"wet\"],\"any\":[\"site=kiel\",\"site=ulm\"]}}"
                        + " | For devices tagged beta, and tagged wet, and tagged site=kiel or site=ulm.",
                "{\"versions\":[\"1.0\",\"0.9\"],\"percent\":10}"
                        + " | For 10 % of devices that ran 1.0 or 0.9, drawn by lot.",
                "{\"serials\":[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\"]}"
                        + " | For devices called a, b, c, d, e and 2 more."
            })
    void saysWhom(String target, String sentence) {
        assertThat(TargetText.of(JsonMapper.shared().readTree(target))).contains(sentence);
        assertThat(TargetText.of(MissingNode.getInstance())).isEmpty();
    }
}

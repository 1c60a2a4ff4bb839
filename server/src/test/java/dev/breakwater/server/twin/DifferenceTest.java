/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class DifferenceTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}                       | {\"a\":1}                | {}",
                "{\"a\":1}                | {}                       | {\"a\":1}",
                "{\"a\":1}                | {\"a\":1.0}              | {}",
                "{\"a\":1}                | {\"a\":\"1\"}            | {\"a\":1}",
                "{\"a\":[1,2]}            | {\"a\":[1,2.0]}          | {}",
                "{\"a\":[1,2]}            | {\"a\":[2,1]}            | {\"a\":[1,2]}",
                "{\"a\":{\"b\":1,\"c\":2}} | {\"a\":{\"b\":1}}        | {\"a\":{\"c\":2}}",
                "{\"a\":{}}               | {\"a\":{\"b\":1}}        | {}",
                "{\"a\":{}}               | {\"a\":3}                | {\"a\":{}}",
                "{\"a\":3}                | {\"a\":{\"b\":1}}        | {\"a\":3}",
                "{\"a\":false}            | {\"a\":null}             | {\"a\":false}"
            })
    void isWhatOfTheDesiredIsNotReported(String desired, String reported, String difference) {
        assertThat(Difference.of(object(desired), object(reported))).isEqualTo(object(difference));
    }

    private static ObjectNode object(String json) {
        return (ObjectNode) JsonMapper.shared().readTree(json);
    }
}

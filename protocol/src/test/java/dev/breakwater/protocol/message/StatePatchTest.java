/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import static dev.breakwater.protocol.message.MessageReaderTest.object;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatePatchTest {

    /** The cases of RFC 7396 appendix A whose target and patch are both objects. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{\"a\":\"b\"}              | {\"a\":\"c\"}                       | {\"a\":\"c\"}",
                "{\"a\":\"b\"}              | {\"b\":\"c\"}                       | {\"a\":\"b\",\"b\":\"c\"}",
                "{\"a\":\"b\"}              | {\"a\":null}                        | {}",
                "{\"a\":\"b\",\"b\":\"c\"}  | {\"a\":null}                        | {\"b\":\"c\"}",
                "{\"a\":[\"b\"]}            | {\"a\":\"c\"}                       | {\"a\":\"c\"}",
                "{\"a\":\"c\"}              | {\"a\":[\"b\"]}                     | {\"a\":[\"b\"]}",
                "{\"a\":{\"b\":\"c\"}}      | {\"a\":{\"b\":\"d\",\"c\":null}}    | {\"a\":{\"b\":\"d\"}}",
                "{\"a\":[{\"b\":\"c\"}]}    | {\"a\":[1]}                         | {\"a\":[1]}",
                "{\"e\":null}               | {\"a\":1}                           | {\"e\":null,\"a\":1}",
                "{}                         | {\"a\":{\"bb\":{\"ccc\":null}}}     | {\"a\":{\"bb\":{}}}"
            })
    void mergesAsRfc7396Says(String state, String patch, String expected) {
        assertThat(new StatePatch(object(patch)).appliedTo(object(state)))
                .isEqualTo(object(expected));
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a browser sends of a form. */
class FormTextTest {

    @Test
    void readsFieldsAsABrowserWritesThem() throws ContractViolation {
        ObjectNode read = read("label=breakwater%3Asetup%3Fv%3D1%26n%3Da+b&serial=&key=%C3%A9");
        assertThat(read.path("label").asString()).isEqualTo("breakwater:setup?v=1&n=a b");
        assertThat(read.path("serial").asString()).isEmpty();
        assertThat(read.path("key").asString()).isEqualTo("é");
        assertThat(read("")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "serial=A&serial=B,   /serial, once",
        "serial,              /serial, name=value",
        "serial=%ff,          /serial, UTF-8",
        "serial=%4,           /serial, percent",
        "serial=é,            /serial, percent-encoded",
        "s[]=A,               /s[],    not a parameter",
    })
    void refusesWhatTwoReadersCouldReadInTwoWays(String form, String pointer, String text) {
        ContractViolation refused = catchThrowableOfType(ContractViolation.class, () -> read(form));
        assertThat(refused.kind()).isEqualTo(ContractViolation.Kind.BODY_MALFORMED);
        assertThat(refused.faults().getFirst().name()).isEqualTo(pointer);
        assertThat(refused.faults().getFirst().text()).contains(text);
    }

    private static ObjectNode read(String form) throws ContractViolation {
        return FormText.read(form.getBytes(StandardCharsets.UTF_8));
    }
}

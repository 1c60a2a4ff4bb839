/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.attack.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.bench.attack.wire.Request;
import org.junit.jupiter.api.Test;

class ContractTest {

    private final Contract contract = ExampleContract.read();

    @Test
    void findsEveryOperationWithItsParametersAndBody() {
        assertThat(contract.operations())
                .extracting(Contract.Operation::id)
                .containsExactly("listThings", "changeThing", "streamThings", "open");
        Contract.Operation change = ExampleContract.operation("changeThing");
        assertThat(change.in("path"))
                .extracting(Contract.Parameter::name)
                .containsExactly("thingId");
        assertThat(change.body()).isPresent();
        assertThat(change.isUnsafe()).isTrue();
        assertThat(ExampleContract.operation("open").isPublic()).isTrue();
    }

    @Test
    void makesASoundRequestOfASchema() {
        Request sound =
                contract.sound(
                        ExampleContract.operation("changeThing"),
                        ExampleContract.OBJECTS,
                        "secret");
        assertThat(sound.method()).isEqualTo("PUT");
        assertThat(sound.target()).isEqualTo("/api/v1/things/" + ExampleContract.ID);
        assertThat(sound.headers())
                .containsExactly(
                        "Authorization: Bearer secret",
                        "If-Match: *",
                        "Content-Type: application/json");
        assertThat(sound.text())
                .contains(
                        "{\"name\":\"kim@reef.example\",\"email\":\"kim@reef.example\",\"count\":1,\"kind\":\"a\"}");
    }

    @Test
    void showsNoTokenToWhatIsPublic() {
        Request sound =
                contract.sound(
                        ExampleContract.operation("open"), ExampleContract.OBJECTS, "secret");
        assertThat(sound.headers()).containsExactly("Content-Type: application/json");
    }

    @Test
    void tellsWhatIsAnsweredWithAStreamFromWhatIsNot() {
        assertThat(ExampleContract.operation("streamThings").isStream()).isTrue();
        assertThat(ExampleContract.operation("listThings").isStream()).isFalse();
    }
}

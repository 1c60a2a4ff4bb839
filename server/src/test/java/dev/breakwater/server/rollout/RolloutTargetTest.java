/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.tag.DeviceTag;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** For whom a rollout is, as JSON, which is in stores, and as words. */
class RolloutTargetTest {

    /** What was stored when a target had exactly one member. */
    @Test
    void readsWhatWasStoredBeforeThereWereTags() {
        assertThat(read("{\"all\":true}")).isEqualTo(RolloutTarget.ALL);
        assertThat(read("{\"serials\":[\"A-1\",\"A-2\"]}"))
                .isEqualTo(
                        RolloutTarget.of(Set.of(new DeviceSerial("A-1"), new DeviceSerial("A-2"))));
        assertThat(read("{\"versions\":[\"1.0\"]}"))
                .isEqualTo(
                        new RolloutTarget(
                                Set.of("1.0"), Set.of(), TagCondition.NONE, Optional.empty()));
        assertThat(read("{\"percent\":2.5}"))
                .isEqualTo(
                        new RolloutTarget(
                                Set.of(),
                                Set.of(),
                                TagCondition.NONE,
                                Optional.of(new Share(250))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"all\":true}",
                "{\"versions\":[\"1.0\",\"1.1\"]}",
                "{\"serials\":[\"A-1\"]}",
                "{\"percent\":2.5}",
                "{\"tags\":{\"all\":[\"beta\",\"site=kiel\"]}}",
                "{\"tags\":{\"any\":[\"beta\"]}}",
                "{\"versions\":[\"1.0\"],\"serials\":[\"A-1\"],\"tags\":{\"all\":[\"a\"],\"any\":[\"b\"]},\"percent\":10}"
            })
    void writesWhatItReads(String text) {
        assertThat(RolloutJson.of(read(text))).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"all\":false}",
                "{\"all\":true,\"tags\":{\"all\":[\"beta\"]}}",
                "{\"tags\":{}}",
                "{\"tags\":{\"all\":[]}}",
                "{\"versions\":[]}",
                "{\"percent\":0}",
                "{\"percent\":1.234}",
                "{\"tags\":{\"all\":[\"Beta\"]}}",
                "{\"tags\":{\"any\":[\"\"]}}"
            })
    void takesNothingElseForATarget(String text) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhatItAsksForInWords() {
        assertThat(condition(Set.of("beta"), Set.of()).words()).isEqualTo("beta");
        assertThat(condition(Set.of("b", "a"), Set.of()).words()).isEqualTo("a and b");
        assertThat(condition(Set.of(), Set.of("b", "a")).words()).isEqualTo("a or b");
        assertThat(condition(Set.of("x"), Set.of("b")).words()).isEqualTo("x and b");
        assertThat(condition(Set.of("x"), Set.of("b", "a")).words()).isEqualTo("x and (a or b)");
        assertThat(condition(Set.of("a", "b", "c", "d", "e", "f"), Set.of()).words())
                .isEqualTo("a and b and c and d and 2 more");
    }

    @Test
    void namesNoMoreTagsThanASentenceAndADeviceCanBear() {
        Set<String> many =
                IntStream.range(0, 33).mapToObj(i -> "t" + i).collect(Collectors.toSet());
        assertThatThrownBy(() -> condition(many, Set.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a rollout names at most 32 tags of each kind");
        assertThatThrownBy(() -> condition(Set.of(), many))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static RolloutTarget read(String text) {
        return RolloutJson.target(RolloutJson.read(text));
    }

    private static TagCondition condition(Set<String> all, Set<String> any) {
        return new TagCondition(tags(all), tags(any));
    }

    private static Set<DeviceTag> tags(Set<String> texts) {
        return texts.stream().map(DeviceTag::new).collect(Collectors.toSet());
    }
}

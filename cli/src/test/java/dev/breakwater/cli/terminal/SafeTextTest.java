/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SafeTextTest {

    @Test
    void keepsOrdinaryTextOfAnyLanguage() {
        String text = "Aquarium №5 “Großes Becken” 水槽 🐟 \\u0041";
        assertThat(SafeText.line(text)).isEqualTo(text);
    }

    @Test
    void escapesTerminalEscapeSequences() {
        // ESC ] 0 ; sets the window title, ESC [ 2 J clears the screen; U+009B is CSI in one byte.
        assertThat(SafeText.line("\u001b]0;owned\u0007\u001b[2J\u009b31m"))
                .isEqualTo("\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m");
    }

    @Test
    void escapesWhatBreaksOrReordersALine() {
        assertThat(SafeText.line("a\r\nb\u2028c")).isEqualTo("a\\u000d\\u000ab\\u2028c");
        // U+202E turns the direction of what follows (Trojan Source).
        assertThat(SafeText.line("tank\u202eknat")).isEqualTo("tank\\u202eknat");
    }

    @Test
    void escapesHalfCharactersAndInvisibleTags() {
        assertThat(SafeText.line("a\ud83d")).isEqualTo("a\\ud83d");
        // U+E0041, a tag letter: invisible everywhere.
        assertThat(SafeText.line("a\udb40\udc41")).isEqualTo("a\\udb40\\udc41");
    }

    @Test
    void leavesTheValueOfJsonAsItWas() {
        String json = "{\n\t\"name\": \"x\u009b2J\u202e\u007f\"\n}";
        String safe = SafeText.json(json);
        assertThat(safe).isEqualTo("{\n\t\"name\": \"x\\u009b2J\\u202e\\u007f\"\n}");
        JsonMapper mapper = JsonMapper.shared();
        assertThat(mapper.readTree(safe)).isEqualTo(mapper.readTree(json));
    }
}

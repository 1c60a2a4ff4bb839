/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.server.guidance.GuidanceText;
import dev.breakwater.server.guidance.KeptItem;
import dev.breakwater.server.guidance.KeptItem.Sensitivity;
import dev.breakwater.server.guidance.MakerLink;
import dev.breakwater.server.guidance.OwnerGuidance;
import dev.breakwater.server.guidance.OwnerGuidance.Partner;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What the page for owners says, and that no text of a maker can make it anything else. */
class OwnersPageTest {

    private static final LocalDate TODAY = LocalDate.of(2027, 1, 10);
    private static final Set<String> ELEMENTS =
            Set.of(
                    "html", "head", "meta", "title", "style", "body", "header", "main", "footer",
                    "section", "div", "h1", "h2", "p", "span", "strong", "time", "code", "a", "ul",
                    "ol", "li", "dl", "dt", "dd");
    private static final Set<String> ATTRIBUTES =
            Set.of(
                    "lang",
                    "charset",
                    "name",
                    "content",
                    "class",
                    "id",
                    "aria-labelledby",
                    "href",
                    "rel",
                    "dir",
                    "datetime");

    @Test
    void saysOfEverythingThatIsNotStatedThatItIsNot() {
        StrictHtml page = render(OwnerGuidance.NOTHING);
        assertThat(page.text())
                .contains("Nothing has been stated here about this product.")
                .contains("The maker has not stated until when. Do not count on any.")
                .contains("The maker has not stated how.")
                .contains("The maker has not stated whom to tell.")
                .doesNotContain("The maker states");
        assertThat(page.text().split("The maker has not stated this\\.", -1)).hasSize(5);
        assertThat(page.named("h1")).hasSize(1);
    }

    @Test
    void showsWhatTheMakerStatesWithTheMostDelicateFirst() throws Exception {
        StrictHtml page =
                render(
                        """
                        {"language":"en","name":"Tank","maker":"Reef & Daughters","keeps":[
                        {"name":"clock","purpose":"The time","sensitivity":"operational"},
                        {"name":"key-*","purpose":"Its keys","sensitivity":"secret"},
                        {"name":"feedings","purpose":"When fed","sensitivity":"personal","retention":"P2D"}],
                        "talksTo":[{"who":"The maker","host":"tanks.example.org","purpose":"What it measures"}],
                        "supportedUntil":"2031-12-31","guarding":"Up high.",
                        "erasingByHand":"Hold the button.\\n\\nWait for red.",
                        "securityContact":"mailto:security@example.org","moreAt":"https://example.org/tank"}""");
        assertThat(page.text())
                .contains("made by Reef & Daughters")
                .contains("kept for 2 days")
                .contains("kept until the device is erased")
                .contains("tanks.example.org")
                .contains("Promised until 31 December 2031.")
                .contains("Up high.", "Hold the button.", "Wait for red.")
                .doesNotContain("not stated");
        assertThat(page.text().indexOf("When fed")).isLessThan(page.text().indexOf("Its keys"));
        assertThat(page.text().indexOf("Its keys")).isLessThan(page.text().indexOf("The time"));
        assertThat(page.values("href"))
                .containsExactlyInAnyOrder(
                        "mailto:security@example.org",
                        "https://example.org/tank",
                        "/checks",
                        "mailto:security@example.org");
    }

    @Test
    void tellsThatSupportIsOverFromTheDayAfterOn() throws Exception {
        String stated = "{\"supportedUntil\":\"%s\"}";
        assertThat(render(stated.formatted(TODAY)).text())
                .contains("Promised until 10 January 2027.");
        assertThat(render(stated.formatted(TODAY.minusDays(1))).text())
                .contains("Ended on 9 January 2027. Weaknesses");
    }

    @Test
    void tellsThatThereIsNothingOnlyWhereThatIsStated() throws Exception {
        assertThat(render("{\"keeps\":[],\"talksTo\":[]}").text())
                .contains("The maker states that it stores nothing.")
                .contains("The maker states that it talks to nobody.");
    }

    @Test
    void showsAHostileTextAsText() {
        String hostile =
                "</style></p><script src=//evil.example>alert('1')</script>\" onclick=\"x&lt;";
        StrictHtml page = render(everywhere(hostile));
        assertThat(page.elements()).allMatch(element -> ELEMENTS.contains(element.name()));
        assertThat(page.elements())
                .allMatch(element -> ATTRIBUTES.containsAll(element.attributes().keySet()));
        assertThat(page.text().split("<script src=", -1)).hasSize(11);
        assertThat(page.values("href")).allMatch(OwnersPageTest::isKnown);
    }

    @Test
    void letsNoTextTurnItsNeighboursAroundOrHideInThem() {
        String turning = "a\u202Eb\u2066c\u200Fd\u0000e\u200Bf\uFEFFg\uD800h\u0085i\u2028j\u061Ck";
        StrictHtml page = render(everywhere(turning));
        assertThat(page.text())
                .contains("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\uFFFDf\uFFFDg")
                .doesNotContain("\u202E", "\u2066", "\u200F", "\u0000", "\u200B", "\uFEFF")
                .doesNotContain("\u0085", "\u2028", "\u061C");
        // Every text of the maker's stands apart, in a direction of its own.
        assertThat(page.values("dir")).hasSize(7).containsOnly("auto");
        String joined =
                "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645 \uD83D\uDC68\u200D\uD83D\uDC67";
        assertThat(render(everywhere(joined)).text()).contains(joined);
    }

    @Test
    void holdsALongTextWithoutASpace() {
        StrictHtml page = render(everywhere("x".repeat(4_000)));
        assertThat(page.text()).contains("x".repeat(4_000));
        assertThat(page.style()).contains("overflow-wrap: anywhere");
    }

    @Test
    void loadsAndRunsNothing() throws Exception {
        StrictHtml page = render(OwnerGuidance.NOTHING);
        assertThat(page.style()).doesNotContain("url(", "@import", "://", "<", "expression");
        String hash =
                Base64.getEncoder()
                        .encodeToString(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(page.style().getBytes(StandardCharsets.UTF_8)));
        assertThat(OwnersPage.policy())
                .isEqualTo(
                        "default-src 'none'; style-src 'sha256-"
                                + hash
                                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    /** A heading of the first level, then only second; each section is named by its own. */
    @Test
    void canBeReadByItsHeadingsAndLandmarks() {
        StrictHtml page = render(OwnerGuidance.NOTHING);
        assertThat(page.named("main")).hasSize(1);
        assertThat(page.named("header")).hasSize(1);
        assertThat(page.named("footer")).hasSize(1);
        List<String> ids = page.named("h2").stream().map(h2 -> h2.attributes().get("id")).toList();
        assertThat(ids).doesNotHaveDuplicates().hasSize(9).contains("updates");
        assertThat(page.values("aria-labelledby")).isEqualTo(ids);
        assertThat(page.named("html").getFirst().attributes()).containsEntry("lang", "en");
    }

    private static boolean isKnown(String href) {
        return href.equals("/checks") || href.startsWith("https://example.org");
    }

    private static OwnerGuidance everywhere(String text) {
        MakerLink link = new MakerLink("https://example.org/security");
        return new OwnerGuidance(
                Optional.of("en"),
                Optional.of(text),
                Optional.of(text),
                Optional.of(
                        List.of(new KeptItem(text, text, Sensitivity.SECRET, Optional.empty()))),
                Optional.of(Collections.nCopies(1, new Partner(text, Optional.of(text), text))),
                Optional.empty(),
                Optional.of(text),
                Optional.of(text),
                Optional.of(link),
                Optional.of(link));
    }

    private static StrictHtml render(String json) throws Exception {
        return render(GuidanceText.read(JsonMapper.shared().readTree(json)));
    }

    private static StrictHtml render(OwnerGuidance guidance) {
        return StrictHtml.of(OwnersPage.of(guidance, TODAY));
    }
}

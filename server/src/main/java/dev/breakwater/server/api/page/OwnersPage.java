/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import dev.breakwater.server.guidance.KeptItem;
import dev.breakwater.server.guidance.MakerLink;
import dev.breakwater.server.guidance.OwnerGuidance;
import dev.breakwater.server.guidance.OwnerGuidance.Partner;
import java.time.Duration;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * What owners should know of a product, before they buy it and until they throw it away. What the
 * maker states is told apart from what is true of every device here, and what is not stated is said
 * to be so.
 */
public final class OwnersPage {

    private static final PageStyle STYLE = PageStyle.owners();
    private static final String NOT_STATED = "The maker has not stated this.";

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("d MMMM uuuu", Locale.ENGLISH);

    /** What concerns the owner most comes first. */
    private static final Comparator<KeptItem> BY_CONCERN =
            Comparator.comparingInt(
                            (KeptItem item) ->
                                    switch (item.sensitivity()) {
                                        case PERSONAL -> 0;
                                        case SECRET -> 1;
                                        case OPERATIONAL -> 2;
                                    })
                    .thenComparing(KeptItem::name);

    private final OwnerGuidance guidance;
    private final LocalDate today;
    private final Html html;

    private OwnersPage(OwnerGuidance guidance, LocalDate today) {
        this.guidance = guidance;
        this.today = today;
        String name = guidance.name().orElse("This product");
        this.html = Html.alone(name + ": for owners", STYLE);
    }

    /** Renders the page. */
    public static byte[] of(OwnerGuidance guidance, LocalDate today) {
        OwnersPage page = new OwnersPage(guidance, today);
        page.head();
        page.html.open("main");
        page.notice();
        page.glance();
        page.keeps();
        page.talksTo();
        page.updates();
        page.guarding();
        page.parting();
        page.withoutServer();
        page.buying();
        page.vulnerabilities();
        page.html.close("main");
        page.foot();
        return page.html.end();
    }

    /** The policy it is sent with. */
    public static String policy() {
        return STYLE.policy("'none'");
    }

    private void head() {
        html.open("header").element("p", "For owners", "class", "kicker");
        if (guidance.name().isPresent()) {
            said("h1", guidance.name().get());
        } else {
            html.element("h1", "This product");
        }
        guidance.maker()
                .ifPresent(
                        maker -> {
                            html.open("p", "class", "maker").text("made by ");
                            said("span", maker);
                            html.close("p");
                        });
        html.close("header");
    }

    private void notice() {
        if (!guidance.equals(OwnerGuidance.NOTHING)) {
            return;
        }
        html.open("div", "class", "notice");
        html.element(
                "p",
                "Nothing has been stated here about this product. Its maker may have nothing to tell"
                        + " owners yet, or the address may be wrong: compare it with the one on the"
                        + " product.");
        html.element(
                "p",
                "What follows is true of every device that is set up through this server. What only"
                        + " the maker knows is marked as not stated.");
        html.close("div");
    }

    private void glance() {
        section("glance", "In short");
        html.open("dl", "class", "facts");
        html.element("dt", "Security updates");
        html.open("dd");
        support();
        html.close("dd");
        html.element("dt", "Report a weakness");
        html.open("dd");
        guidance.securityContact().ifPresentOrElse(this::link, () -> open("span", NOT_STATED));
        html.close("dd");
        html.element("dt", "More by the maker");
        html.open("dd");
        guidance.moreAt().ifPresentOrElse(this::link, () -> open("span", NOT_STATED));
        html.close("dd").close("dl").close("section");
    }

    private void support() {
        if (guidance.supportedUntil().isEmpty()) {
            open("span", "The maker has not stated until when. Do not count on any.");
            return;
        }
        LocalDate last = guidance.supportedUntil().get();
        boolean over = last.isBefore(today);
        html.text(over ? "Ended on " : "Promised until ");
        html.element("time", DAY.format(last), "datetime", last.toString());
        html.text(
                over
                        ? ". Weaknesses that are found from then on stay open: take the device off the"
                                + " internet, or replace it."
                        : ".");
    }

    private void keeps() {
        section("keeps", "What it stores");
        if (guidance.keeps().isEmpty()) {
            open("p", NOT_STATED);
            html.element(
                    "p",
                    "Until you know better, expect that it stores whatever it was told: the name and"
                            + " password of your network, and what it measured.");
        } else if (guidance.keeps().get().isEmpty()) {
            html.element("p", "The maker states that it stores nothing.");
        } else {
            html.element("p", "The maker states that it stores this, and nothing else:");
            html.open("ul", "class", "items");
            guidance.keeps().get().stream().sorted(BY_CONCERN).forEach(this::item);
            html.close("ul");
            html.element(
                    "p",
                    "A secret lets whoever has it pass for the device or its owner. Personal is what"
                            + " says something about people. Everything else runs the device.",
                    "class",
                    "about");
        }
        html.close("section");
    }

    private void item(KeptItem item) {
        html.open("li");
        said("p", item.purpose());
        String sensitivity = item.sensitivity().code();
        html.open("p", "class", "about");
        String word =
                sensitivity.substring(0, 1).toUpperCase(Locale.ROOT) + sensitivity.substring(1);
        html.element("span", word, "class", "kind " + sensitivity);
        html.text(
                item.retention()
                        .map(kept -> ", kept for " + period(kept))
                        .orElse(", kept until the device is erased"));
        html.text(" · ").element("code", item.name()).close("p").close("li");
    }

    private static String period(Duration kept) {
        long seconds = kept.toSeconds();
        if (seconds % 86_400 == 0) {
            return counted(seconds / 86_400, "day");
        }
        if (seconds % 3_600 == 0) {
            return counted(seconds / 3_600, "hour");
        }
        return counted(Math.ceilDiv(seconds, 60), "minute");
    }

    private static String counted(long count, String unit) {
        return count + " " + unit + (count == 1 ? "" : "s");
    }

    private void talksTo() {
        section("talks", "Whom it talks to");
        if (guidance.talksTo().isEmpty()) {
            open("p", NOT_STATED);
        } else if (guidance.talksTo().get().isEmpty()) {
            html.element("p", "The maker states that it talks to nobody.");
        } else {
            List<Partner> partners = guidance.talksTo().get();
            html.element("p", "The maker states that it connects to these, and to nobody else:");
            html.open("ul", "class", "items");
            partners.forEach(this::partner);
            html.close("ul");
        }
        html.close("section");
    }

    private void partner(Partner partner) {
        html.open("li").open("p");
        said("strong", partner.who());
        html.close("p");
        said("p", partner.purpose());
        partner.host()
                .ifPresent(
                        host -> html.open("p", "class", "about").element("code", host).close("p"));
        html.close("li");
    }

    private void updates() {
        section("updates", "Updates");
        html.open("ul");
        point(
                "Read what the maker says of an update, and approve it in your app.",
                "Where the maker leaves it to you, the device asks you first. You may put it off for"
                        + " a while, a shorter one where it mends a security hole, or refuse it.");
        point(
                "Nobody decides for you.",
                "Those you share a device with see no updates of it, and cannot approve any.");
        point(
                "Leave it plugged in while it updates.",
                "What comes through this server is installed only if the maker has signed it. The"
                        + " device restarts into it, and goes back by itself to what it ran before"
                        + " if it is not well.");
        html.close("ul").close("section");
    }

    private void guarding() {
        section("guard", "Guard it");
        guidance.guarding().ifPresent(this::paragraphs);
        html.open("ul");
        point(
                "Keep the label where only you see it.",
                "Its code is what a device is set up with. A photo of it is as good as the label.");
        point(
                "Set it up with an account of your own.",
                "Turn on the second factor, and share neither the account nor its password.");
        point(
                "Give it a network with a good password.",
                "A network for guests or for devices keeps it apart from your computers.");
        point(
                "If it is lost or stolen, report it in your app at once.",
                "It is cut off that moment, nobody else can set it up, and buyers who check its label"
                        + " see that it was stolen.");
        point(
                "If it was opened, or does what you did not ask for, unplug it.",
                "Then tell the maker, and keep it: it may show what happened.");
        html.close("ul").close("section");
    }

    private void parting() {
        section("parting", "Sell it, give it away, throw it away");
        html.open("ol");
        point(
                "Leave it plugged in and within reach of your network.",
                "A device that is off cannot be told anything.");
        point(
                "In your app, hand it on to its next owner, or give it back.",
                "Its access ends at once. What it told this server is shown to nobody any more, and"
                        + " the next owner sees nothing of yours.");
        point(
                "Let it erase itself, or erase it by hand as below.",
                "It is told to when it next asks this server, which may take a while. Where you cannot"
                        + " wait, or are not sure, erase it by hand as well.");
        point(
                "Leave the label on if somebody will use it.",
                "They need it to set the device up. Destroy the label of what you throw away.");
        point(
                "Take what you throw away to where electrical waste is collected.",
                "If it cannot be erased any more, destroy its memory first.");
        html.close("ol").close("section");
    }

    private void withoutServer() {
        section("erase", "Erase it by hand");
        html.element(
                "p",
                "You need neither an account nor this server for it: it also works when the maker, or"
                        + " the server, is gone for good. Keep a copy of this page for that day.");
        if (guidance.erasingByHand().isPresent()) {
            paragraphs(guidance.erasingByHand().get());
        } else {
            open("p", "The maker has not stated how.");
            html.element(
                    "p",
                    "Ask while there is somebody to answer. A device that you cannot erase keeps what"
                            + " it stores: give it to nobody, and destroy its memory in the end.");
        }
        html.close("section");
    }

    private void buying() {
        section("buying", "Buy one that was used");
        html.open("p").text("Before you pay, ");
        html.element("a", "check its label", "href", "/checks");
        html.text(": it tells whether the device is free, belongs to somebody, or was reported");
        html.text(" stolen. Then set it up anew, as your own.").close("p");
        html.close("section");
    }

    private void vulnerabilities() {
        section("weakness", "If you find a weakness");
        if (guidance.securityContact().isPresent()) {
            html.open("p").text("Tell the maker, at ");
            link(guidance.securityContact().get());
            html.text(", and give them time to mend it before you tell others.").close("p");
        } else {
            open("p", "The maker has not stated whom to tell.");
            html.element(
                    "p",
                    "Whoever sold it to you should know; so does the security response team (CERT) of"
                            + " your country. Give them time to mend it before you tell others.");
        }
        html.close("section");
    }

    private void foot() {
        html.open("footer");
        html.element(
                "p",
                "What the maker states is shown as the maker wrote it. This server has not checked it,"
                        + " and nobody has signed it.");
        html.close("footer");
    }

    private void section(String id, String title) {
        html.open("section", "aria-labelledby", id).element("h2", title, "id", id);
    }

    /** What the maker should have stated. */
    private void open(String element, String text) {
        html.element(element, text, "class", "open");
    }

    private void point(String first, String more) {
        html.open("li").element("strong", first).text(" " + more).close("li");
    }

    /**
     * The maker's own words: of any language, in their own direction, and unable to turn others.
     */
    private void said(String element, String text) {
        html.element(element, text, "dir", "auto", "lang", guidance.language().orElse(""));
    }

    private void paragraphs(String text) {
        html.open("div", "class", "said");
        text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> said("p", line));
        html.close("div");
    }

    private void link(MakerLink link) {
        html.element("a", link.shown(), "href", link.text(), "rel", "noopener noreferrer nofollow");
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.page;

import dev.breakwater.server.ownership.DeviceStanding;

/**
 * Where a buyer asks how a device stands, by what its label says. The question goes in the body of
 * a form, so that no serial stands in an address, a history or the log of something between; there
 * is no script, and nothing of the question is on the answer.
 */
public final class LabelCheckPage {

    private static final PageStyle STYLE = PageStyle.owners();
    private static final String PATH = "/checks";

    private LabelCheckPage() {}

    /** The policy it is sent with: its forms go to this server. */
    public static String policy() {
        return STYLE.policy("'self'");
    }

    /** Where it begins. */
    public static byte[] empty() {
        Html html = begun("Check a device before you buy it");
        forms(html);
        return ended(html);
    }

    /** The answer. */
    public static byte[] of(DeviceStanding standing) {
        return switch (standing) {
            case FREE ->
                    answer(
                            "good",
                            "Free",
                            "Nobody owns this device. Whoever has its label can set it up as their own.");
            case OWNED ->
                    answer(
                            "",
                            "Owned",
                            "This device belongs to somebody. If that is who sells it, ask them to hand it"
                                    + " on to you in their app before you pay: until they do, you cannot"
                                    + " set it up.");
            case REPORTED_STOLEN ->
                    answer(
                            "bad",
                            "Reported stolen",
                            "Its owner says that this device was stolen. It is cut off and nobody else can"
                                    + " set it up. Do not buy it.");
        };
    }

    /** No maker has entered such a label; the same, whichever part of it is not right. */
    public static byte[] unknown() {
        return answer(
                "",
                "Not known here",
                "No maker has entered a label like this on this server. Compare every character with"
                        + " the label. If they are the same, the device is set up through another"
                        + " server, or the label is not what it seems: do not rely on it.");
    }

    /** What was sent is no label. */
    public static byte[] noLabel() {
        return answer(
                "",
                "That is not a label",
                "The text of a label begins with breakwater:setup? and is copied as a whole. If you"
                        + " typed it: the serial has at most 64 characters, and the key has 43.");
    }

    private static byte[] answer(String kind, String title, String meaning) {
        Html html = begun(title);
        html.open("div", "class", ("answer " + kind).strip(), "role", "status");
        html.element("p", meaning, "class", "lead").close("div");
        html.element("h2", "Check another");
        forms(html);
        return ended(html);
    }

    private static Html begun(String title) {
        Html html = Html.alone(title, STYLE).open("header");
        html.element("p", "For buyers", "class", "kicker").element("h1", title);
        return html.close("header").open("main");
    }

    private static void forms(Html html) {
        html.element(
                "p",
                "Scan the code on the device's label with your phone, copy the text it shows, and"
                        + " paste it here. You learn one thing: whether the device is free, belongs to"
                        + " somebody, or was reported stolen.",
                "class",
                "lead");
        html.open("form", "method", "post", "action", PATH, "autocomplete", "off");
        html.element("label", "Text of the label", "for", "label");
        html.open(
                "textarea",
                "id",
                "label",
                "name",
                "label",
                "rows",
                "4",
                "maxlength",
                "600",
                "required",
                "",
                "spellcheck",
                "false",
                "autocapitalize",
                "none");
        html.close("textarea").element("button", "Check", "type", "submit").close("form");
        html.open("details").element("summary", "Type the serial and the key instead");
        html.open("form", "method", "post", "action", PATH, "autocomplete", "off");
        field(html, "serial", "Serial, behind s= in the text", "64");
        field(html, "key", "Key, behind k= in the text", "43");
        html.element("button", "Check", "type", "submit").close("form").close("details");
    }

    private static void field(Html html, String name, String label, String maxLength) {
        html.element("label", label, "for", name);
        html.open(
                "input",
                "id",
                name,
                "name",
                name,
                "maxlength",
                maxLength,
                "required",
                "",
                "spellcheck",
                "false",
                "autocapitalize",
                "none");
    }

    private static byte[] ended(Html html) {
        html.close("main").open("footer");
        html.element(
                "p",
                "Nobody is told that you asked, or who owns the device. What you send is not part of"
                        + " any address, and is not kept. The text of a label also holds the password of"
                        + " the network that the device opens for its set-up; if you would rather keep"
                        + " that, type the serial and the key alone.");
        html.close("footer");
        return html.end();
    }
}

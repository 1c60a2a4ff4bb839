/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import dev.breakwater.testkit.hostile.HostileNetworks;
import dev.breakwater.testkit.hostile.Sample;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Codes that an owner may scan and that are no label, or not quite one. */
class BadLabelsTest {

    private static final SetupLabel LABEL =
            new SetupLabel(
                    "Tank 4711",
                    "pond-lily-7",
                    new DeviceSerial("tank-4711"),
                    new SetupKeyHash("A".repeat(43)));
    private static final String BEGINNING = "breakwater:setup?";

    private static byte[] drawn(String text) throws Exception {
        BitMatrix matrix = new QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, 1, 1);
        int scale = 4;
        BufferedImage image =
                new BufferedImage(
                        matrix.getWidth() * scale,
                        matrix.getHeight() * scale,
                        BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                image.setRGB(x, y, matrix.get(x / scale, y / scale) ? 0x000000 : 0xFFFFFF);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, "png", png)).isTrue();
        return png.toByteArray();
    }

    private static List<String> members() {
        return List.of(LABEL.text().substring(BEGINNING.length()).split("&", -1));
    }

    private static String labelOf(List<String> members) {
        return BEGINNING + String.join("&", members);
    }

    static Stream<Sample<String>> brokenLabels() {
        List<Sample<String>> broken = new ArrayList<>();
        for (String member : members()) {
            String name = member.substring(0, 1);
            List<String> without = new ArrayList<>(members());
            without.remove(member);
            broken.add(new Sample<>("without " + name, labelOf(without)));
            List<String> doubled = new ArrayList<>(members());
            doubled.add(member);
            broken.add(new Sample<>("twice " + name, labelOf(doubled)));
            doubled.set(doubled.size() - 1, name + "=other");
            broken.add(new Sample<>("another " + name, labelOf(doubled)));
            without.add(name + "=");
            broken.add(new Sample<>("empty " + name, labelOf(without)));
            without.set(without.size() - 1, name.toUpperCase(Locale.ROOT) + "=1");
            broken.add(new Sample<>("upper case " + name, labelOf(without)));
        }
        broken.add(new Sample<>("one more", LABEL.text() + "&x=1"));
        broken.add(new Sample<>("an end", LABEL.text() + "&"));
        broken.add(new Sample<>("a fragment", LABEL.text() + "#x"));
        return broken.stream();
    }

    @Test
    void drawsALabelThatIsReadWhenNothingIsWrongWithIt() throws Exception {
        assertThat(LabelImage.read(drawn(labelOf(members())))).isEqualTo(LABEL);
        assertThat(LabelImage.read(drawn(labelOf(members().reversed())))).isEqualTo(LABEL);
    }

    @ParameterizedTest
    @MethodSource("brokenLabels")
    void refusesALabelWithAMemberTooManyOrTooFew(Sample<String> label) throws Exception {
        byte[] picture = drawn(label.value());
        assertThatThrownBy(() -> LabelImage.read(picture))
                .isInstanceOf(LabelImage.NoLabel.class)
                .hasMessageStartingWith("the QR code is not the label of a device: ")
                .hasMessageNotContaining("pond-lily");
    }

    @ParameterizedTest
    @MethodSource("dev.breakwater.testkit.hostile.HostileTexts#all")
    void refusesWhateverElseIsScanned(Sample<String> text) {
        for (String scanned : List.of(text.value(), BEGINNING + text.value())) {
            assertThatThrownBy(() -> SetupLabel.parse(scanned))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a label ");
        }
    }

    static Stream<Sample<String>> notPassphrasesInUtf8() {
        return HostileNetworks.notPassphrases()
                .filter(text -> StandardCharsets.UTF_8.newEncoder().canEncode(text.value()));
    }

    private static String with(String member, String value) {
        return labelOf(
                members().stream()
                        .map(
                                one ->
                                        one.startsWith(member)
                                                ? member
                                                        + URLEncoder.encode(
                                                                        value,
                                                                        StandardCharsets.UTF_8)
                                                                .replace("+", "%20")
                                                                .replace("*", "%2A")
                                                : one)
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("notPassphrasesInUtf8")
    void refusesPassphrasesThatNoNetworkTakesAndQuotesNone(Sample<String> passphrase) {
        assertThatThrownBy(() -> SetupLabel.parse(with("p=", passphrase.value())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hush");
    }

    @Test
    void takesEveryPassphraseThatMayBeTyped() {
        List<String> typed =
                HostileNetworks.passphrases()
                        .map(Sample::value)
                        .filter(passphrase -> passphrase.length() < 64)
                        .toList();
        assertThat(typed).hasSizeGreaterThan(10);
        assertThat(typed)
                .allSatisfy(
                        passphrase ->
                                assertThat(SetupLabel.parse(with("p=", passphrase)).passphrase())
                                        .isEqualTo(passphrase));
    }
}

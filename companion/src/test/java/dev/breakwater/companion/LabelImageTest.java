/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.protocol.setup.SetupKeyHash;
import dev.breakwater.protocol.setup.SetupLabel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabelImageTest {

    private static final SetupLabel LABEL =
            new SetupLabel(
                    "Tank 4711",
                    "pond-lily-7",
                    new DeviceSerial("tank-4711"),
                    new SetupKeyHash("A".repeat(43)));

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 20})
    void readsWhatItDrew(int pixelsPerModule) throws Exception {
        assertThat(LabelImage.read(LabelImage.draw(LABEL, pixelsPerModule))).isEqualTo(LABEL);
    }

    @Test
    void readsTheLongestLabelThereIs() throws Exception {
        SetupLabel longest =
                new SetupLabel(
                        "\u00e4".repeat(16),
                        "%".repeat(63),
                        new DeviceSerial("s".repeat(64)),
                        new SetupKeyHash("A".repeat(43)));
        assertThat(LabelImage.read(LabelImage.draw(longest, 4))).isEqualTo(longest);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 65})
    void drawsInNoOtherSize(int pixelsPerModule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelImage.draw(LABEL, pixelsPerModule));
    }

    @ParameterizedTest
    @CsvSource({"7, 0.9", "90, 1.0", "180, 1.3", "-20, 1.5"})
    void readsALabelThatIsNotHeldStraight(int degrees, double scale) throws Exception {
        BufferedImage label = image(LabelImage.draw(LABEL, 6));
        BufferedImage photo = new BufferedImage(1200, 1000, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = photo.createGraphics();
        graphics.setColor(new Color(190, 180, 170));
        graphics.fillRect(0, 0, 1200, 1000);
        AffineTransform place = AffineTransform.getTranslateInstance(600, 500);
        place.rotate(Math.toRadians(degrees));
        place.scale(scale, scale);
        place.translate(-label.getWidth() / 2.0, -label.getHeight() / 2.0);
        graphics.drawImage(label, place, null);
        graphics.dispose();
        assertThat(LabelImage.read(png(photo))).isEqualTo(LABEL);
    }

    @Test
    void readsALabelOfWhichAPartIsScratchedOff() throws Exception {
        BufferedImage label = image(LabelImage.draw(LABEL, 8));
        Graphics2D graphics = label.createGraphics();
        graphics.setColor(Color.WHITE);
        int side = label.getWidth() / 6;
        graphics.fillRect(label.getWidth() / 2, label.getHeight() / 2, side, side);
        graphics.dispose();
        assertThat(LabelImage.read(png(label))).isEqualTo(LABEL);
    }

    @Test
    void takesWhatHasNoColourForPaper() throws Exception {
        BufferedImage label = image(LabelImage.draw(LABEL, 4));
        BufferedImage clear =
                new BufferedImage(label.getWidth(), label.getHeight(), BufferedImage.TYPE_INT_ARGB);
        for (int y = 0; y < label.getHeight(); y++) {
            for (int x = 0; x < label.getWidth(); x++) {
                clear.setRGB(x, y, (label.getRGB(x, y) & 0xFF) == 0 ? 0xFF000000 : 0x00000000);
            }
        }
        assertThat(LabelImage.read(png(clear))).isEqualTo(LABEL);
    }

    @Test
    void refusesPicturesWithoutACode() throws Exception {
        BufferedImage empty = new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB);
        byte[] png = png(empty);
        assertThatThrownBy(() -> LabelImage.read(png))
                .isInstanceOf(LabelImage.NoLabel.class)
                .hasMessageContaining("no QR code");
    }

    @Test
    void refusesCodesThatAreNoLabel() throws Exception {
        BitMatrix matrix =
                new QRCodeWriter().encode("https://example.com/", BarcodeFormat.QR_CODE, 200, 200);
        BufferedImage image = new BufferedImage(200, 200, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 200; y++) {
            for (int x = 0; x < 200; x++) {
                image.setRGB(x, y, matrix.get(x, y) ? 0 : 0xFFFFFF);
            }
        }
        byte[] png = png(image);
        assertThatThrownBy(() -> LabelImage.read(png))
                .isInstanceOf(LabelImage.NoLabel.class)
                .hasMessageContaining("not the label of a device");
    }

    @Test
    void refusesWhatIsNoPng() {
        for (byte[] other :
                new byte[][] {new byte[0], new byte[100], "GIF89a".repeat(10).getBytes(US_ASCII)}) {
            assertThatThrownBy(() -> LabelImage.read(other))
                    .isInstanceOf(LabelImage.NoLabel.class)
                    .hasMessageContaining("not a PNG");
        }
    }

    @Test
    void refusesPicturesBeyondItsBoundsByWhatTheySayOfThemselves() {
        assertThatThrownBy(() -> LabelImage.read(new byte[LabelImage.BYTES_MAX + 1]))
                .isInstanceOf(LabelImage.NoLabel.class)
                .hasMessageContaining("bytes");
        for (int[] size :
                new int[][] {{4097, 4096}, {16_385, 1}, {1, 16_385}, {-1, -1}, {0, 1}, {1, 0}}) {
            byte[] bomb = LabelImage.draw(LABEL, 1);
            ByteBuffer.wrap(bomb).putInt(16, size[0]).putInt(20, size[1]);
            assertThatThrownBy(() -> LabelImage.read(bomb))
                    .isInstanceOf(LabelImage.NoLabel.class)
                    .hasMessageContaining("pixels in all");
        }
    }

    @Test
    void refusesDamagedPicturesWithoutAnyOtherException() {
        byte[] good = LabelImage.draw(LABEL, 2);
        Random random = new Random(4711);
        int read = 0;
        for (int round = 0; round < 400; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(24, good.length + 1));
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                bad[random.nextInt(24, bad.length + 1) - 1] = (byte) random.nextInt();
            }
            try {
                assertThat(LabelImage.read(bad)).isEqualTo(LABEL);
                read++;
            } catch (LabelImage.NoLabel refused) {
                assertThat(refused).hasMessageNotContaining("pond-lily");
            }
        }
        assertThat(read).isLessThan(400);
    }

    private static BufferedImage image(byte[] png) throws Exception {
        BufferedImage stored = ImageIO.read(new ByteArrayInputStream(png));
        BufferedImage image =
                new BufferedImage(
                        stored.getWidth(), stored.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(stored, 0, 0, null);
        graphics.dispose();
        return image;
    }

    private static byte[] png(BufferedImage image) throws Exception {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }
}

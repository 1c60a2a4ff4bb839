/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.Binarizer;
import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.EncodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.ReaderException;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import dev.breakwater.protocol.setup.SetupLabel;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The label as a picture: printed for the maker, read for the owner.
 *
 * <pre>{@code
 * Files.write(Path.of("tank-4711.png"), LabelImage.draw(label, 8));
 * SetupLabel label = LabelImage.read(Files.readAllBytes(photo));
 * }</pre>
 *
 * <p>An app that scans with its camera's own reader has the text already and calls {@link
 * SetupLabel#parse}.
 */
public final class LabelImage {

    /** The longest picture that is read. */
    public static final int BYTES_MAX = 8 * 1024 * 1024;

    /** The most pixels of a picture that is read, a phone's photo; it takes 64 MiB of memory. */
    public static final int PIXELS_MAX = 16 * 1024 * 1024;

    /** The longest side of a picture that is read. */
    public static final int SIDE_MAX = 16 * 1024;

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte[] FIRST_CHUNK = {0, 0, 0, 13, 'I', 'H', 'D', 'R'};
    private static final int WIDTH_AT = 16;
    private static final int HEADER_BYTES = 24;

    /** ISO/IEC 18004 section 9.1: four modules of white around the symbol. */
    private static final int QUIET_ZONE_MODULES = 4;

    private LabelImage() {}

    /** There is no label in a picture, or it is not one of ours. */
    public static final class NoLabel extends Exception {

        @Serial private static final long serialVersionUID = 1;

        NoLabel(String message) {
            super(message);
        }

        NoLabel(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Draws a label as a QR code, a seventh of which may be lost (level M).
     *
     * @param pixelsPerModule how large, 1 to 64
     * @return a PNG
     */
    public static byte[] draw(SetupLabel label, int pixelsPerModule) {
        if (pixelsPerModule < 1 || pixelsPerModule > 64) {
            throw new IllegalArgumentException("a module is 1 to 64 pixels wide");
        }
        try {
            BitMatrix matrix =
                    new QRCodeWriter()
                            .encode(
                                    label.text(),
                                    BarcodeFormat.QR_CODE,
                                    1,
                                    1,
                                    Map.of(
                                            EncodeHintType.ERROR_CORRECTION,
                                            ErrorCorrectionLevel.M,
                                            EncodeHintType.MARGIN,
                                            QUIET_ZONE_MODULES));
            return png(matrix, pixelsPerModule);
        } catch (WriterException | IOException impossible) {
            throw new IllegalStateException("a label of 512 characters fits a QR code", impossible);
        }
    }

    private static byte[] png(BitMatrix matrix, int scale) throws IOException {
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
        if (!ImageIO.write(image, "png", png)) {
            throw new IOException("this JDK writes no PNG");
        }
        return png.toByteArray();
    }

    /**
     * Reads the label in a PNG.
     *
     * @throws NoLabel if there is none; the text says whether it was the picture, the code in it or
     *     what the code says
     */
    public static SetupLabel read(byte[] png) throws NoLabel {
        requireWithinBounds(png);
        LuminanceSource pixels = pixels(decoded(png));
        String text;
        try {
            text = decode(pixels);
        } catch (ReaderException none) {
            throw new NoLabel("there is no QR code to be read in the picture", none);
        }
        try {
            return SetupLabel.parse(text);
        } catch (IllegalArgumentException other) {
            throw new NoLabel(
                    "the QR code is not the label of a device: " + other.getMessage(), other);
        }
    }

    /** Before anything is decoded, by the two numbers that say how much memory it would take. */
    private static void requireWithinBounds(byte[] png) throws NoLabel {
        if (png.length > BYTES_MAX) {
            throw new NoLabel("a picture is at most " + BYTES_MAX + " bytes, not " + png.length);
        }
        boolean begins =
                png.length >= HEADER_BYTES
                        && Arrays.equals(png, 0, 8, SIGNATURE, 0, 8)
                        && Arrays.equals(png, 8, 16, FIRST_CHUNK, 0, 8);
        if (!begins) {
            throw new NoLabel("the picture is not a PNG");
        }
        long width = ByteBuffer.wrap(png).getInt(WIDTH_AT) & 0xFFFF_FFFFL;
        long height = ByteBuffer.wrap(png).getInt(WIDTH_AT + 4) & 0xFFFF_FFFFL;
        boolean within =
                width >= 1
                        && height >= 1
                        && width <= SIDE_MAX
                        && height <= SIDE_MAX
                        && width * height <= PIXELS_MAX;
        if (!within) {
            throw new NoLabel(
                    "a picture is at most %d by %d and %d pixels in all, not %d by %d"
                            .formatted(SIDE_MAX, SIDE_MAX, PIXELS_MAX, width, height));
        }
    }

    private static BufferedImage decoded(byte[] png) throws NoLabel {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
        if (!readers.hasNext()) {
            throw new IllegalStateException("this JDK reads no PNG");
        }
        ImageReader reader = readers.next();
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(png))) {
            // Texts and colour profiles may be bombs of their own, and say nothing we need.
            reader.setInput(in, true, true);
            return reader.read(0);
        } catch (IOException | RuntimeException broken) {
            // The JDK's reader reports damage by more exceptions than its own.
            throw new NoLabel("the picture is a damaged PNG", broken);
        } finally {
            reader.dispose();
        }
    }

    /** Whatever has no colour is white, as on paper. */
    private static LuminanceSource pixels(BufferedImage image) {
        int width = image.getWidth();
        int height = image.getHeight();
        BufferedImage onWhite = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = onWhite.createGraphics();
        try {
            graphics.drawImage(image, 0, 0, Color.WHITE, null);
        } finally {
            graphics.dispose();
        }
        return new RGBLuminanceSource(
                width, height, onWhite.getRGB(0, 0, width, height, null, 0, width));
    }

    /**
     * Tries, in turn, what suits a photo with light and shadow, a photo without, and a drawing
     * whose modules may be as small as a pixel.
     */
    private static String decode(LuminanceSource pixels) throws ReaderException {
        try {
            return decode(new HybridBinarizer(pixels), DecodeHintType.TRY_HARDER);
        } catch (ReaderException inShadow) {
            try {
                return decode(new GlobalHistogramBinarizer(pixels), DecodeHintType.TRY_HARDER);
            } catch (ReaderException tooSmall) {
                return decode(new GlobalHistogramBinarizer(pixels), DecodeHintType.PURE_BARCODE);
            }
        }
    }

    private static String decode(Binarizer binarizer, DecodeHintType way) throws ReaderException {
        Map<DecodeHintType, ?> hints = Map.of(way, true, DecodeHintType.CHARACTER_SET, "US-ASCII");
        return new QRCodeReader().decode(new BinaryBitmap(binarizer), hints).getText();
    }
}

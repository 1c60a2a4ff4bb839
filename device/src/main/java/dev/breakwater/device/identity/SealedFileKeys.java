/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.device.storage.SealedStorage;
import dev.breakwater.protocol.SecureBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Private keys as files of sealed storage: the way for devices without a cryptoprocessor. In use, a
 * key stands in this process's memory.
 */
public final class SealedFileKeys implements DeviceKeys {

    private static final String PREFIX = "key-";

    /** Without the prefix, so that nothing that goes through the device's keys meets it. */
    private static final String SETUP = "setup-key";

    private final SealedStorage storage;

    /** Keys kept in this storage, under names that begin with {@code key-}. */
    public SealedFileKeys(SealedStorage storage) {
        this.storage = storage;
    }

    @Override
    public KeyProtection protection() {
        return KeyProtection.SOFTWARE_KEY;
    }

    @Override
    public DeviceKey generate() throws IOException {
        return generate(PREFIX + HexFormat.of().formatHex(SecureBytes.fresh(8)));
    }

    private DeviceKey generate(String name) throws IOException {
        KeyPair pair = generatePair();
        DeviceKey key = new DeviceKey(name, pair.getPublic(), pair.getPrivate());
        byte[] content = encode(key);
        try {
            storage.write(key.name(), content);
        } finally {
            Arrays.fill(content, (byte) 0);
        }
        return key;
    }

    @Override
    public Optional<DeviceKey> find(String name) throws IOException {
        if (!name.startsWith(PREFIX) || name.startsWith(TpmKeys.PREFIX)) {
            // The name of a key in a token or a TPM: the product kept its keys there before.
            return Optional.empty();
        }
        return read(name);
    }

    private Optional<DeviceKey> read(String name) throws IOException {
        Optional<byte[]> content = storage.read(name);
        if (content.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(decode(name, content.get()));
        } finally {
            Arrays.fill(content.get(), (byte) 0);
        }
    }

    @Override
    public void destroy(String name) throws IOException {
        storage.delete(requireOurs(name));
    }

    @Override
    public synchronized DeviceKey setupKey() throws IOException {
        Optional<DeviceKey> kept = read(SETUP);
        return kept.isPresent() ? kept.get() : generate(SETUP);
    }

    @Override
    public SortedSet<String> names() throws IOException {
        SortedSet<String> names = new TreeSet<>(storage.names());
        names.removeIf(name -> !name.startsWith(PREFIX));
        return names;
    }

    static KeyPair generatePair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK cannot make P-256 keys", impossible);
        }
    }

    /** The public key (X.509), then the private key (PKCS#8), each after its length. */
    static byte[] encode(DeviceKey key) throws IOException {
        byte[] privateBytes = key.privateKey().getEncoded();
        byte[] publicBytes = key.publicKey().getEncoded();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeShort(publicBytes.length);
        out.write(publicBytes);
        out.writeShort(privateBytes.length);
        out.write(privateBytes);
        Arrays.fill(privateBytes, (byte) 0);
        return bytes.toByteArray();
    }

    static DeviceKey decode(String name, byte[] content) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
        byte[] publicBytes = in.readNBytes(in.readUnsignedShort());
        byte[] privateBytes = in.readNBytes(in.readUnsignedShort());
        try {
            KeyFactory factory = KeyFactory.getInstance("EC");
            return new DeviceKey(
                    name,
                    factory.generatePublic(new X509EncodedKeySpec(publicBytes)),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(privateBytes)));
        } catch (GeneralSecurityException unreadable) {
            throw new IOException("the stored key " + name + " cannot be read", unreadable);
        } finally {
            Arrays.fill(privateBytes, (byte) 0);
        }
    }

    private static String requireOurs(String name) {
        if (!name.startsWith(PREFIX)) {
            throw new IllegalArgumentException("a key's name begins with " + PREFIX);
        }
        return name;
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.storage;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything a product's devices may keep, and nothing else is kept. A document of the product:
 *
 * <pre>{@code
 * {"manifest": 1, "product": "fish-tank", "items": [
 *   {"name": "credentials", "purpose": "Which certificates the device has", "sensitivity": "operational"},
 *   {"name": "feedings", "purpose": "When the fish were fed", "sensitivity": "personal", "retention": "P2D"}
 * ]}
 * }</pre>
 *
 * <p>It must declare what the agent itself keeps ({@link #agentItems}), so that whoever reads it
 * has read all. At most {@value #BYTES_MAX} bytes and {@value #ITEMS_MAX} items, of which no two
 * may cover the same name. Members in any other order and white space make no other manifest:
 * {@link #hash} is of the {@link #canonical} form.
 */
public final class StorageManifest {

    /** The longest document. */
    public static final int BYTES_MAX = 16 * 1024;

    /** The most items. */
    public static final int ITEMS_MAX = 64;

    private static final Pattern PRODUCT = Pattern.compile("[a-z][a-z0-9-]{0,63}");

    private static final List<StorageItem> SURVIVORS =
            List.of(
                    new StorageItem(
                            "erasure", "That an erasure was begun", Sensitivity.OPERATIONAL),
                    new StorageItem(
                            "erasure-receipt",
                            "What was erased last, and when",
                            Sensitivity.OPERATIONAL),
                    new StorageItem(
                            "setup-key", "The key a set-up begins with", Sensitivity.SECRET),
                    new StorageItem(
                            "setup-key-tpm",
                            "The key a set-up begins with, of a device with a TPM, encrypted to it",
                            Sensitivity.SECRET),
                    new StorageItem(
                            "tampered",
                            "That the device stopped, and why",
                            Sensitivity.OPERATIONAL),
                    new StorageItem(
                            "update",
                            "Which update is on its way, and how the last ones ended",
                            Sensitivity.OPERATIONAL),
                    new StorageItem(
                            "update-floor",
                            "The oldest release that may still be installed",
                            Sensitivity.OPERATIONAL),
                    new StorageItem(
                            "update-floor-tpm",
                            "The same, of a device with a TPM, which knows whether this is the latest",
                            Sensitivity.OPERATIONAL),
                    new StorageItem(
                            "wrong-unlocks",
                            "How many attempts to unlock were wrong",
                            Sensitivity.OPERATIONAL));

    private final String product;
    private final List<StorageItem> items;
    private final String vouchedFor;

    private StorageManifest(String product, List<StorageItem> items, ManifestWarrant warrant)
            throws MalformedManifest {
        this.product = product;
        this.items = items;
        this.vouchedFor = warrant.vouchedFor(canonical());
    }

    /**
     * A manifest of these items.
     *
     * @throws MalformedManifest if it exceeds a limit, says something twice, or leaves out what the
     *     agent keeps
     */
    public static StorageManifest of(
            String product, List<StorageItem> items, ManifestWarrant warrant)
            throws MalformedManifest {
        if (!PRODUCT.matcher(product).matches()) {
            throw new MalformedManifest(
                    "a product is 1 to 64 characters of a-z 0-9 -, the first a letter");
        }
        if (items.size() > ITEMS_MAX) {
            throw new MalformedManifest(
                    "a storage manifest has at most %d items, not %d"
                            .formatted(ITEMS_MAX, items.size()));
        }
        List<StorageItem> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparing(StorageItem::name));
        requireApart(sorted);
        for (StorageItem needed : agentItems()) {
            if (sorted.stream().noneMatch(item -> item.name().equals(needed.name()))) {
                throw new MalformedManifest(
                        "the storage manifest of %s does not declare %s, which the agent keeps: %s"
                                .formatted(product, needed.name(), needed.purpose()));
            }
        }
        return new StorageManifest(product, List.copyOf(sorted), warrant);
    }

    /**
     * Reads a manifest.
     *
     * @throws MalformedManifest naming what is wrong
     */
    public static StorageManifest parse(byte[] document, ManifestWarrant warrant)
            throws MalformedManifest {
        return ManifestDocument.parse(document, warrant);
    }

    /**
     * Reads a manifest that lies beside a class of the product.
     *
     * @throws MalformedManifest if it is not there, or naming what is wrong
     */
    public static StorageManifest resource(Class<?> beside, String name, ManifestWarrant warrant)
            throws IOException {
        try (InputStream in = beside.getResourceAsStream(name)) {
            if (in == null) {
                throw new MalformedManifest("there is no " + name + " beside " + beside.getName());
            }
            return parse(in.readNBytes(BYTES_MAX + 1), warrant);
        }
    }

    /** What the agent keeps, and nothing else: for products that keep nothing of their own. */
    public static StorageManifest ofAgent() {
        try {
            List<StorageItem> items = new ArrayList<>(agentItems());
            items.add(setupItem());
            return of("agent", items, ManifestWarrant.UNSIGNED);
        } catch (MalformedManifest impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * What outlives an erasure, kept apart from everything else and under a wrapping key of its
     * own.
     */
    public static StorageManifest ofSurvivors() {
        try {
            return new StorageManifest("survivors", SURVIVORS, ManifestWarrant.UNSIGNED);
        } catch (MalformedManifest impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What the agent keeps in sealed storage. */
    public static List<StorageItem> agentItems() {
        return List.of(
                new StorageItem(
                        "clock-floor",
                        "The latest time that is known to have been",
                        Sensitivity.OPERATIONAL),
                new StorageItem(
                        "credentials",
                        "The device's certificates, current and next",
                        Sensitivity.OPERATIONAL),
                new StorageItem(
                        "key-*", "The private keys of the certificates", Sensitivity.SECRET),
                new StorageItem(
                        "server-trust", "The server's root certificate", Sensitivity.OPERATIONAL));
    }

    /** What a device keeps besides, that is updated by its server. */
    public static List<StorageItem> updateItems() {
        return List.of(
                new StorageItem(
                        "update-ledger",
                        "Which updates were offered, and how they ended",
                        Sensitivity.OPERATIONAL),
                new StorageItem(
                        "update-trust-*",
                        "The signed descriptions of releases that are trusted",
                        Sensitivity.OPERATIONAL));
    }

    /** What a device keeps besides, that its owner sets up. */
    public static StorageItem setupItem() {
        return new StorageItem(
                "setup-server", "Where the owner's server is", Sensitivity.OPERATIONAL);
    }

    /** What a device keeps besides, that opens commands which are sealed to it. */
    public static List<StorageItem> sealedCommandItems() {
        return List.of(
                new StorageItem(
                        "envelope-highest",
                        "Which sealed command was opened last",
                        Sensitivity.OPERATIONAL),
                new StorageItem(
                        "envelope-key",
                        "The key to which commands are sealed",
                        Sensitivity.SECRET));
    }

    /** Which product's. */
    public String product() {
        return product;
    }

    /** Every item, by name. */
    public List<StorageItem> items() {
        return items;
    }

    /** Who vouches for it, for reports. */
    public String vouchedFor() {
        return vouchedFor;
    }

    /** The item that declares a name. */
    public Optional<StorageItem> declaring(String stored) {
        return items.stream().filter(item -> item.covers(stored)).findFirst();
    }

    /** The document in its one form: items by name, members in order, no white space, UTF-8. */
    public byte[] canonical() {
        JsonMapper json = JsonMapper.shared();
        ArrayNode array = json.createArrayNode();
        for (StorageItem item : items) {
            ObjectNode node =
                    json.createObjectNode()
                            .put("name", item.name())
                            .put("purpose", item.purpose())
                            .put("sensitivity", item.sensitivity().code());
            item.retention().ifPresent(kept -> node.put("retention", kept.toString()));
            array.add(node);
        }
        ObjectNode document =
                json.createObjectNode()
                        .put("manifest", ManifestDocument.VERSION)
                        .put("product", product);
        document.set("items", array);
        return document.toString().getBytes(UTF_8);
    }

    /** SHA-256 of {@link #canonical}, in hex. */
    public String hash() {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(canonical()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this JDK has no SHA-256", impossible);
        }
    }

    private static void requireApart(List<StorageItem> sorted) throws MalformedManifest {
        for (int one = 0; one < sorted.size(); one++) {
            for (int other = one + 1; other < sorted.size(); other++) {
                if (sorted.get(one).overlaps(sorted.get(other))) {
                    throw new MalformedManifest(
                            "%s and %s declare the same: one name has one purpose"
                                    .formatted(sorted.get(one).name(), sorted.get(other).name()));
                }
            }
        }
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.store;

import java.sql.SQLException;

/**
 * How far the storing and the indexing of telemetry have come: the one row of {@code
 * telemetry_progress}, as it stands in one transaction.
 */
final class TelemetryProgress {

    private long lastBlock;
    private long readings;
    private long indexedUntil;
    private long indexingUntil;
    private long nextDevice;

    private TelemetryProgress(Row row) throws SQLException {
        this.lastBlock = row.number("last_block_no");
        this.readings = row.number("readings");
        this.indexedUntil = row.number("indexed_until");
        this.indexingUntil = row.number("indexing_until");
        this.nextDevice = row.number("next_device_no");
    }

    static TelemetryProgress read(Statements statements) throws SQLException {
        return statements
                .one("SELECT * FROM telemetry_progress", TelemetryProgress::new)
                .orElseThrow(() -> ByteUnpacker.damaged("telemetry_progress has no row"));
    }

    void write(Transaction transaction) throws SQLException {
        transaction.update(
                "UPDATE telemetry_progress SET last_block_no = ?, readings = ?, indexed_until = ?,"
                        + " indexing_until = ?, next_device_no = ?",
                lastBlock,
                readings,
                indexedUntil,
                indexingUntil,
                nextDevice);
    }

    /** The number of the block that comes next; none is ever used again. */
    long nextBlock() {
        return lastBlock + 1;
    }

    long lastBlock() {
        return lastBlock;
    }

    /** How many readings were ever stored. */
    long readings() {
        return readings;
    }

    /** The next block is stored, with so many readings. */
    void added(int count) {
        lastBlock++;
        readings += count;
    }

    /** The last block in which the index knows this device's runs. */
    long indexedUntil(long deviceNo) {
        return deviceNo < nextDevice ? indexingUntil : indexedUntil;
    }

    /** The last block that the index knows for every device. */
    long indexedUntil() {
        return indexedUntil;
    }

    /** The last block of those that are being indexed; no more than indexed when none are. */
    long indexingUntil() {
        return indexingUntil;
    }

    /** The first device that is not indexed yet within the blocks that are being indexed. */
    long nextDevice() {
        return nextDevice;
    }

    /** Indexes all blocks that there are, from the first device on. */
    void beginIndexing() {
        indexingUntil = lastBlock;
        nextDevice = 0;
    }

    /** All devices below this one are indexed. */
    void indexedBelow(long deviceNo) {
        nextDevice = deviceNo;
    }

    void endIndexing() {
        indexedUntil = indexingUntil;
        nextDevice = 0;
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.io.IOException;
import java.io.Serial;
import java.util.Map;

/**
 * The TPM is not there, refuses, does not answer in time, or answers what is no answer. Nothing was
 * made or destroyed but what was to be made for this call.
 */
public final class TpmFailure extends IOException {

    @Serial private static final long serialVersionUID = 1;

    private static final Map<Integer, String> MEANINGS =
            Map.ofEntries(
                    Map.entry(0x100, "it was not started: the firmware starts a TPM, or swtpm"),
                    Map.entry(0x101, "it has failed its self-test and stays out of use"),
                    Map.entry(0x120, "the hierarchy is disabled: enable it in the firmware"),
                    Map.entry(0x085, "the hierarchy is disabled: enable it in the firmware"),
                    Map.entry(
                            0x902, "its memory for keys is full: use the resource manager's file"),
                    Map.entry(0x903, "its memory for sessions is full"),
                    Map.entry(0x14B, "its memory has no room: undefine indices nobody needs"),
                    Map.entry(0x920, "it writes no more for the moment"),
                    Map.entry(0x921, "it is locked out after wrong passwords"),
                    Map.entry(0x08E, "a password is set where none is expected"),
                    Map.entry(0x0A2, "a password is set where none is expected"),
                    Map.entry(0x09F, "what it was given was made by another TPM, or changed"));

    private final int code;

    TpmFailure(String message) {
        super(message);
        this.code = 0;
    }

    TpmFailure(String message, Throwable cause) {
        super(message, cause);
        this.code = 0;
    }

    private TpmFailure(String message, int code) {
        super(message);
        this.code = code;
    }

    /** The TPM's response code, or 0 if it gave none. */
    int code() {
        return code;
    }

    /** The TPM's refusal of a command, by its response code (Part 2, section 6.6). */
    static TpmFailure refusal(Command command, int code) {
        // A code of format one carries which handle, parameter or session is meant.
        int meaning = (code & 0x080) == 0 ? code : code & 0x0BF;
        String told = MEANINGS.get(meaning);
        return new TpmFailure(
                "the TPM refuses %s with 0x%03x%s"
                        .formatted(command.title(), code, told == null ? "" : ": " + told),
                code);
    }

    static TpmFailure nonsense(String what) {
        return new TpmFailure("the TPM's answer is no answer: " + what);
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

/** How a device stands, for whoever has read its label. */
public enum Standing {
    /** It is nobody's: whoever has it may set it up. */
    FREE("free"),
    /** It is somebody's. */
    OWNED("owned"),
    /** Its owner has reported it stolen. */
    REPORTED_STOLEN("reported-stolen");

    private final String code;

    Standing(String code) {
        this.code = code;
    }

    /** Its name in the API. */
    public String code() {
        return code;
    }

    static Standing parse(String code) {
        for (Standing standing : values()) {
            if (standing.code.equals(code)) {
                return standing;
            }
        }
        throw new IllegalArgumentException("the answer has another standing");
    }
}

/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release.signing;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds a token by its label: slots are numbered anew whenever tokens come and go, and the JDK's
 * provider knows numbers only. Asks the module itself (PKCS#11 2.40, sections 5.4 and 5.5), logs in
 * nowhere, and leaves it as it was.
 */
final class TokenSlots {

    private static final AddressLayout POINTER = ValueLayout.ADDRESS;
    private static final ValueLayout.OfLong NUMBER = ValueLayout.JAVA_LONG;

    /** Where the functions stand in CK_FUNCTION_LIST, behind the version and its padding. */
    private static final int INITIALIZE = 0;

    private static final int FINALIZE = 1;
    private static final int GET_SLOT_LIST = 4;
    private static final int GET_TOKEN_INFO = 6;
    private static final int FUNCTIONS = 68;

    private static final long OK = 0;
    private static final long ALREADY_INITIALIZED = 0x191;

    /** CKF_OS_LOCKING_OK, in the flags of CK_C_INITIALIZE_ARGS behind four pointers. */
    private static final long OS_LOCKING = 2;

    private static final int INITIALIZE_ARGS_BYTES = 48;
    private static final int FLAGS_OFFSET = 32;
    private static final int TOKEN_INFO_BYTES = 256;
    private static final int LABEL_BYTES = 32;
    private static final int SLOTS_MAX = 1024;

    private final MemorySegment functions;

    private TokenSlots(MemorySegment functions) {
        this.functions = functions;
    }

    /**
     * The places, in the module's list of all slots, of the tokens with this label.
     *
     * @throws IllegalStateException if the module does not answer; the text says to what
     */
    @SuppressWarnings("restricted")
    static List<Integer> of(Path module, String label) {
        // The library stays loaded: others in this process may use it.
        SymbolLookup library = SymbolLookup.libraryLookup(module, Arena.global());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment list = arena.allocate(POINTER);
            MemorySegment getList =
                    library.find("C_GetFunctionList")
                            .orElseThrow(
                                    () ->
                                            new IllegalStateException(
                                                    module + " is no PKCS#11 module"));
            require(call(getList, list), "C_GetFunctionList");
            MemorySegment functions =
                    list.get(POINTER, 0).reinterpret(NUMBER.byteSize() * (1 + FUNCTIONS));
            return new TokenSlots(functions).labelled(label, arena);
        }
    }

    private List<Integer> labelled(String label, Arena arena) {
        MemorySegment how = arena.allocate(INITIALIZE_ARGS_BYTES, NUMBER.byteSize());
        how.set(NUMBER, FLAGS_OFFSET, OS_LOCKING);
        long initialized = call(function(INITIALIZE), how);
        if (initialized != ALREADY_INITIALIZED) {
            require(initialized, "C_Initialize");
        }
        try {
            MemorySegment count = arena.allocate(NUMBER);
            require(slotList(MemorySegment.NULL, count), "C_GetSlotList");
            count.set(NUMBER, 0, Math.min(SLOTS_MAX, count.get(NUMBER, 0)));
            MemorySegment slots = arena.allocate(NUMBER, count.get(NUMBER, 0));
            require(slotList(slots, count), "C_GetSlotList");
            List<Integer> found = new ArrayList<>();
            for (int index = 0; index < count.get(NUMBER, 0); index++) {
                MemorySegment token = arena.allocate(TOKEN_INFO_BYTES, NUMBER.byteSize());
                // A slot may be empty.
                if (tokenInfo(slots.getAtIndex(NUMBER, index), token) == OK
                        && label(token).equals(label)) {
                    found.add(index);
                }
            }
            return found;
        } finally {
            if (initialized == OK) {
                long _ = call(function(FINALIZE), MemorySegment.NULL);
            }
        }
    }

    /** Padded with blanks, without a zero at its end. */
    private static String label(MemorySegment token) {
        byte[] label = token.asSlice(0, LABEL_BYTES).toArray(ValueLayout.JAVA_BYTE);
        return new String(label, StandardCharsets.UTF_8).stripTrailing();
    }

    private MemorySegment function(int place) {
        return functions.getAtIndex(POINTER, 1L + place);
    }

    private static void require(long answer, String call) {
        if (answer != OK) {
            throw new IllegalStateException("%s answered 0x%x".formatted(call, answer));
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle handle(MemorySegment function, FunctionDescriptor form) {
        return Linker.nativeLinker().downcallHandle(function, form);
    }

    private static long call(MemorySegment function, MemorySegment argument) {
        try {
            return (long)
                    handle(function, FunctionDescriptor.of(NUMBER, POINTER)).invokeExact(argument);
        } catch (Throwable broken) {
            throw new IllegalStateException("the module cannot be called", broken);
        }
    }

    private long slotList(MemorySegment slots, MemorySegment count) {
        byte all = 0;
        try {
            return (long)
                    handle(
                                    function(GET_SLOT_LIST),
                                    FunctionDescriptor.of(
                                            NUMBER, ValueLayout.JAVA_BYTE, POINTER, POINTER))
                            .invokeExact(all, slots, count);
        } catch (Throwable broken) {
            throw new IllegalStateException("the module cannot be called", broken);
        }
    }

    private long tokenInfo(long slot, MemorySegment token) {
        try {
            return (long)
                    handle(function(GET_TOKEN_INFO), FunctionDescriptor.of(NUMBER, NUMBER, POINTER))
                            .invokeExact(slot, token);
        } catch (Throwable broken) {
            throw new IllegalStateException("the module cannot be called", broken);
        }
    }
}

package io.weir.windows.process;

/** Names the module that made a socket. */
@FunctionalInterface
interface ModuleNames {
    /** Where that cannot be told. */
    ModuleNames NONE = (kind, row) -> "";

    /**
     * @param row address of a row of a table by module
     * @return for a service its name, else the image's; empty when it is not told
     */
    String name(RowKind kind, long row);

    /** The system's own; {@link #NONE} where it lacks the calls (Wine does). */
    static ModuleNames ofWindows() {
        try {
            return new WindowsModuleNames();
        } catch (LinkageError lacking) {
            return NONE;
        }
    }
}

package io.weir.cli;

import picocli.CommandLine;

/** Makes the command objects and hands them their surroundings. */
record Commands(Surroundings surroundings) implements CommandLine.IFactory {

    @Override
    public <K> K create(Class<K> type) throws Exception {
        try {
            return type.cast(type.getDeclaredConstructor(Surroundings.class).newInstance(surroundings));
        } catch (NoSuchMethodException simple) {
            return CommandLine.defaultFactory().create(type);
        }
    }
}

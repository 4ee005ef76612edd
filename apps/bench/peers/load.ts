/** Imports a package that is installed in this folder. */
export const load = async (name: string): Promise<unknown> => await import(name)

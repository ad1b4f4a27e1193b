// The one function that this library gives is declared in CParquet.h, which Swift reads as well.

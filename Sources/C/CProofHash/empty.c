#include "CProofHash.h"

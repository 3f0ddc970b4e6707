#include "CSimdjson.h"
int dw_json_placeholder(void){return 0;}
